/* See loadcell.h. Times of pulses, counted by hand, are beside them. */
#include "loadcell.h"

#include <avr/interrupt.h> /* ISR */
#include <avr/io.h>        /* EIMSK */

#include "clock.h"  /* clock_at */
#include "config.h" /* LOADCELL_DATA_BIT */
#include "flags.h"  /* FLAG_LOAD_READY */

#define BITS 24
#define HIGHEST 0x7FFFFFL
#define LOWEST (-0x800000L)
#define RESET_US 80 /* a clock line that is high for more than 60 switches the amplifier off, low resets it */

/* Without a reading for so long we look for ourselves; the slowest amplifier makes one every 100 ms. */
#define LOOK_TICKS (150 * (CLOCK_TICK_HZ / 1000))

/* A main loop that was away for longer (EEPROM, self-test) cannot tell how often timer 1 has wrapped since the edge. */
#define AWAY_TICKS (CLOCK_ASK_EVERY_MS * (CLOCK_TICK_HZ / 1000))

static volatile uint16_t ready_counts; /* timer 1 at the edge; written only while its interrupt is armed */
static uint32_t watched, looked;
static bool present, waiting;
static struct loadcell_reading latest;

/*
 * The data line fell. Keeps the time and disarms itself, for the bits to come are edges too.
 *
 * Assembler, because it may hold up the ADC's interrupt: 31 cycles with response and return, no status flag touched.
 */
ISR(LOADCELL_vect, ISR_NAKED)
{
    __asm__ volatile("push r24\n\t"
                     "lds r24, %[timer]\n\t"
                     "sts %[counts], r24\n\t"
                     "lds r24, %[timer]+1\n\t"
                     "sts %[counts]+1, r24\n\t"
                     "cbi %[mask], %[line]\n\t"
                     "sbi %[flags], %[ready]\n\t"
                     "sbi %[flags], %[wake]\n\t"
                     "pop r24\n\t"
                     "reti\n\t"
                     :
                     : [timer] "n"(_SFR_MEM_ADDR(TCNT1L)), [counts] "i"(&ready_counts),
                       [mask] "I"(_SFR_IO_ADDR(EIMSK)), [line] "I"(LOADCELL_INT), [flags] "I"(_SFR_IO_ADDR(FLAGS)),
                       [ready] "I"(FLAG_LOAD_READY), [wake] "I"(FLAG_WAKE));
}

static bool data_is_high(void)
{
    return LOADCELL_DATA_PIN & _BV(LOADCELL_DATA_BIT);
}

/* 250 ns high (200 ns to 50 us are allowed), for which interrupts wait: 8 cycles. The next bit stands after 100 ns. */
static void pulse(void)
{
    uint8_t status = SREG;
    cli();
    LOADCELL_CLOCK_PORT |= _BV(LOADCELL_CLOCK_BIT);
    __builtin_avr_delay_cycles(2);
    LOADCELL_CLOCK_PORT &= (uint8_t)~_BV(LOADCELL_CLOCK_BIT);
    SREG = status;
}

/* One pulse more than there are bits: channel A at a gain of 128 again, and the data line goes high. */
static int32_t clock_out(void)
{
    uint32_t raw = 0;
    for (uint8_t i = 0; i < BITS; i++) {
        pulse();
        raw = raw << 1 | data_is_high();
    }
    pulse();
    return (int32_t)(raw ^ 1UL << (BITS - 1)) - (1L << (BITS - 1));
}

/*
 * Between readings an amplifier holds its data line high; a line with nothing on it, or a wire that came off in
 * the middle of a reading, stays low when it has been low. The pull-up is off meanwhile; for half a microsecond we pull
 * against the amplifier, through the resistor that HARDWARE.md puts there.
 */
static bool data_is_driven_high(void)
{
    LOADCELL_DATA_PORT &= (uint8_t)~_BV(LOADCELL_DATA_BIT);
    LOADCELL_DATA_DDR |= _BV(LOADCELL_DATA_BIT);
    __builtin_avr_delay_cycles(4);
    LOADCELL_DATA_DDR &= (uint8_t)~_BV(LOADCELL_DATA_BIT);
    __builtin_avr_delay_cycles(16);
    bool driven = data_is_high();
    LOADCELL_DATA_PORT |= _BV(LOADCELL_DATA_BIT);
    return driven;
}

/* Edges of our own making are forgotten first. EIFR is written whole: it is the only external interrupt. */
static void arm(void)
{
    EIFR = _BV(LOADCELL_INT);
    flag_clear(FLAG_LOAD_READY);
    EIMSK |= _BV(LOADCELL_INT);
}

static void keep(int32_t raw)
{
    latest.ticks = clock_at(ready_counts);
    latest.raw = raw;
    latest.saturated = raw == HIGHEST || raw == LOWEST;
    waiting = true;
}

/* A reading that nobody saw become ready is clocked out like any other, so that the next one comes, but has no time. */
static void look(bool away)
{
    bool ready = !data_is_high();
    bool timed = flag_is_set(FLAG_LOAD_READY) && !away;
    int32_t raw = ready ? clock_out() : 0;
    present = data_is_driven_high();
    if (ready && timed && present)
        keep(raw);
    arm();
}

void loadcell_init(void)
{
    LOADCELL_CLOCK_DDR |= _BV(LOADCELL_CLOCK_BIT);
    LOADCELL_DATA_PORT |= _BV(LOADCELL_DATA_BIT);
    LOADCELL_CLOCK_PORT |= _BV(LOADCELL_CLOCK_BIT);
    clock_wait_us(RESET_US);
    LOADCELL_CLOCK_PORT &= (uint8_t)~_BV(LOADCELL_CLOCK_BIT);
    clock_wait_us(1);
    LOADCELL_EICR = (uint8_t)((LOADCELL_EICR & ~LOADCELL_SENSE_MASK) | LOADCELL_SENSE_FALLING);
    watched = looked = clock_now();
    look(true);
}

void loadcell_poll(void)
{
    if (!flag_is_set(FLAG_LOAD_READY))
        return;
    looked = clock_now();
    look(looked - watched > AWAY_TICKS);
}

void loadcell_watch(uint32_t now)
{
    watched = now;
    if (now - looked > LOOK_TICKS) {
        looked = now;
        look(false);
    }
}

bool loadcell_present(void)
{
    return present;
}

bool loadcell_take(struct loadcell_reading *reading)
{
    if (!waiting)
        return false;
    waiting = false;
    *reading = latest;
    return true;
}
