/* See scan.h. Timing of the interrupt, counted by hand, is at its head. */
#include "scan.h"

#include <avr/interrupt.h> /* ISR */
#include <stddef.h>        /* NULL */

#include "adc.h"      /* adc_set_input */
#include "clock.h"    /* clock_counts */
#include "config.h"   /* CHANNELS */
#include "select.h"   /* SELECT_WRITE */
#include "watchdog.h" /* watchdog_scan_passed */

#define MARK ACME /* has no meaning while the ADC is on: this slot has more to do */

#define FIRST_CONVERSION_CLOCKS 25 /* after switching on; the sample is held after 13.5 of them */
#define EDGE_COUNTS 6              /* the edge is never seen sooner after the conversion: 48 cycles */

#define STEPS (2 * MUX_INPUTS + 1) /* each bus once an input, and the edge */

static struct slot buffers[2][SLOTS_MAX];

/*
 * What the select lines become at the marked slots of a scan, in order. The first comes last, for the list is read one
 * step ahead. Aligned so that one byte tells the place.
 */
static uint8_t steps[STEPS] __attribute__((aligned(64)));
static uint8_t step_place, next_step;
static uint8_t hold_loops;

/* Written at the edge of a scan that goes to the main loop, which reads it while FLAG_SCAN_FULL is set. */
static uint16_t edge_counts;
static uint8_t filling;

static volatile uint8_t dropped; /* scans since the one that waits */
static uint8_t dropped_before;   /* and before it */

/* The rate, and what follows from it: worked out once at the start. */
static uint8_t extra;
static uint16_t slot_counts, scan_counts, slot_ticks;
static uint32_t scan_ticks;

static uint16_t expected_edge;
static uint32_t next_ticks;
static uint16_t next_seq;
static bool late_before, numbering;
static struct scan taken;

/*
 * A conversion is done and the next has begun. It fills its slot, sets up the conversion after the next, and at a marked
 * slot moves a select bus on, after the running conversion's sample-and-hold.
 *
 * Assembler, because this runs 77,000 times a second: 51 cycles with response and return, none of which touches the
 * status register. Select lines change 40 cycles after the conversion's start at the earliest (at
 * prescaler 16 its sample is held after 24, at most 32). If the next conversion is done before the set-up, the scan is
 * late.
 */
ISR(ADC_vect, ISR_NAKED)
{
    __asm__ volatile(
        "push r24\n\t"
        "push r30\n\t"
        "push r31\n\t"
        "in r30, %[place_low]\n\t"
        "in r31, %[place_high]\n\t"
        "lds r24, %[adcl]\n\t"
        "st Z+, r24\n\t"
        "lds r24, %[adch]\n\t"
        "st Z+, r24\n\t"
        "ld r24, Z+\n\t"
        "sts %[admux], r24\n\t"
        "ld r24, Z+\n\t"
        "sts %[adcsrb], r24\n\t"
        "sbrc r24, %[mark]\n\t"
        "rjmp 2f\n\t"
        "out %[place_low], r30\n\t"
        "out %[place_high], r31\n"
        "1:\n\t" /* done: was it in time? */
        "lds r24, %[adcsra]\n\t"
        "sbrc r24, %[adif]\n\t"
        "sbi %[flags], %[late]\n\t"
        "pop r31\n\t"
        "pop r30\n\t"
        "pop r24\n\t"
        "reti\n"
        "2:\n\t" /* a marked slot */
        "sbic %[flags], %[slow]\n\t"
        "rjmp 4f\n"
        "3:\n\t" /* the sample is held: move on */
        "lds r24, %[next_step]\n\t"
        SELECT_WRITE
        "out %[place_low], r30\n\t"
        "out %[place_high], r31\n\t"
        "lds r30, %[step_place]\n\t"
        "ldi r31, hi8(%[steps])\n\t"
        "ld r24, Z+\n\t"
        "sts %[next_step], r24\n\t"
        "sts %[step_place], r30\n\t"
        "ldi r24, lo8(%[steps_end])\n\t"
        "cpse r30, r24\n\t"
        "rjmp 1b\n\t"
        "lds r24, %[adcsra]\n\t" /* the scan's edge: the rest in C */
        "sbrc r24, %[adif]\n\t"
        "sbi %[flags], %[late]\n\t"
        "pop r31\n\t"
        "pop r30\n\t"
        "pop r24\n\t"
        "jmp __vector_scan_edge\n"
        "4:\n\t" /* a slow ADC clock: wait for sample-and-hold */
        "push r25\n\t"
        "in r25, __SREG__\n\t"
        "lds r24, %[hold_loops]\n"
        "5:\n\t"
        "dec r24\n\t"
        "brne 5b\n\t"
        "out __SREG__, r25\n\t"
        "pop r25\n\t"
        "rjmp 3b\n\t"
        :
        : [place_low] "I"(_SFR_IO_ADDR(SCAN_PLACE_LOW)), [place_high] "I"(_SFR_IO_ADDR(SCAN_PLACE_HIGH)),
          [flags] "I"(_SFR_IO_ADDR(FLAGS)), [late] "I"(FLAG_LATE), [slow] "I"(FLAG_SLOW),
          [adcl] "n"(_SFR_MEM_ADDR(ADCL)), [adch] "n"(_SFR_MEM_ADDR(ADCH)), [admux] "n"(_SFR_MEM_ADDR(ADMUX)),
          [adcsra] "n"(_SFR_MEM_ADDR(ADCSRA)), [adcsrb] "n"(_SFR_MEM_ADDR(ADCSRB)), [mark] "I"(MARK),
          [adif] "I"(ADIF), [steps] "i"(steps), [steps_end] "i"(steps + STEPS), [step_place] "i"(&step_place),
          [next_step] "i"(&next_step), [hold_loops] "i"(&hold_loops), SELECT_OPERANDS);
}

/* The end of ADC_vect at the last slot of a scan. "signal" makes it return as an interrupt does. */
void __vector_scan_edge(void) __attribute__((signal, used, externally_visible));
void __vector_scan_edge(void)
{
    uint16_t now = TCNT1;
    if (flag_is_set(FLAG_SCAN_FULL)) {
        if (dropped != 0xFF)
            dropped++;
    } else {
        edge_counts = now;
        filling ^= 1;
        flag_set(FLAG_SCAN_FULL);
        flag_set(FLAG_WAKE);
    }
    step_place = (uint8_t)(uintptr_t)steps;
    uintptr_t place = (uintptr_t)(filling ? buffers[1] : buffers[0]);
    SCAN_PLACE_LOW = (uint8_t)place;
    SCAN_PLACE_HIGH = (uint8_t)(place >> 8);
    watchdog_scan_passed();
}

static uint16_t slots(void)
{
    return (uint16_t)(CHANNELS + extra);
}

/* The band gap's source is weak: it has all spare conversions but the last, of which the last counts. */
static uint8_t input_of(uint16_t slot)
{
    if (slot < CHANNELS)
        return (uint8_t)(slot % MUXES);
    return slot == slots() - 1u && extra > 1 ? ADC_INPUT_GROUND : ADC_INPUT_BANDGAP;
}

/* During which slot's conversion a bus moves on: its last multiplexer of this input is held then. */
static bool is_last_of_bus(uint16_t slot)
{
    uint8_t mux = (uint8_t)(slot % MUXES);
    return slot < CHANNELS && (mux == MUXES_ON_BUS_A - 1 || mux == MUXES - 1);
}

static void lay_out_slots(void)
{
    uint16_t count = slots();
    for (uint16_t i = 0; i < count; i++) {
        uint8_t input = input_of((uint16_t)(i + 2) % count);
        bool marked = is_last_of_bus(i + 1) || i == count - 1;
        for (uint8_t b = 0; b < 2; b++) {
            buffers[b][i].admux = adc_admux(input);
            buffers[b][i].adcsrb = adc_adcsrb(input) | (marked ? _BV(MARK) : 0);
        }
    }
}

static void lay_out_steps(void)
{
    for (uint8_t input = 0; input < MUX_INPUTS; input++) {
        uint8_t next = (input + 1) % MUX_INPUTS;
        steps[(2 * input + STEPS - 1) % STEPS] = select_byte(next, input);
        steps[2 * input] = select_byte(next, next);
    }
    steps[STEPS - 2] = select_byte(0, 0); /* at the edge: where the last input left them */
    next_step = steps[STEPS - 1];
    step_place = (uint8_t)(uintptr_t)steps;
}

void scan_start(const struct rate *rate)
{
    scan_stop(); /* the first conversion after switching on has a known length */
    uint8_t prescaler = rate->prescaler;
    extra = rate->extra;
    slot_counts = rate_slot_counts(prescaler);
    slot_ticks = rate_slot_ticks(prescaler);
    scan_counts = (uint16_t)(slot_counts * slots());
    scan_ticks = (uint32_t)slot_ticks * slots();
    lay_out_slots();
    lay_out_steps();
    hold_loops = (uint8_t)(prescaler * 2u / 3 - 10); /* of three cycles; to 2 ADC clocks */
    filling = dropped = dropped_before = 0;
    late_before = false;
    SCAN_PLACE_LOW = (uint8_t)(uintptr_t)buffers[0];
    SCAN_PLACE_HIGH = (uint8_t)((uintptr_t)buffers[0] >> 8);
    flag_clear(FLAG_LATE);
    flag_clear(FLAG_SLOW);
    if (prescaler > 16)
        flag_set(FLAG_SLOW);

    select_init();
    select_put(select_byte(0, 0));
    adc_set_input(input_of(0));
    uint32_t now = clock_now();
    uint16_t start = clock_counts();
    ADCSRA = _BV(ADEN) | _BV(ADSC) | _BV(ADATE) | _BV(ADIF) | _BV(ADIE) | adc_prescaler_bits(prescaler);

    next_ticks = now + prescaler * 27u / 32;
    expected_edge = (uint16_t)(start + FIRST_CONVERSION_CLOCKS * prescaler / CLOCK_CYCLES_PER_COUNT -
                               slot_counts + EDGE_COUNTS);
    /* Half way through the first conversion, whose input is latched, it is the second's turn. */
    while ((uint16_t)(clock_counts() - start) < slot_counts)
        ;
    adc_set_input(input_of(1));
}

void scan_stop(void)
{
    ADCSRA = 0;
    flag_clear(FLAG_SCAN_FULL);
}

/*
 * How many conversions went by unseen in `scans` scans. The edge is seen up to a slot late, by what the interrupt
 * had to wait; a whole slot more is a conversion that was never stored.
 */
static int16_t missed_conversions(uint8_t scans)
{
    expected_edge += (uint16_t)(scan_counts * scans);
    int16_t error = (int16_t)(edge_counts - expected_edge), missed = 0;
    for (; error >= (int16_t)slot_counts; error -= (int16_t)slot_counts)
        missed++;
    for (; error < 0; error += (int16_t)slot_counts)
        missed--;
    expected_edge += (uint16_t)(missed * (int16_t)slot_counts);
    return missed;
}

const struct scan *scan_take(void)
{
    int16_t missed = missed_conversions((uint8_t)(dropped_before + 1));
    bool late = missed != 0 || flag_is_set(FLAG_LATE);
    flag_clear(FLAG_LATE);

    taken.slots = buffers[filling ^ 1];
    taken.dropped = dropped_before;
    taken.ticks = next_ticks;
    for (uint8_t i = 0; i < dropped_before; i++)
        taken.ticks += scan_ticks;
    /* The flag may be the next scan's already, and what is late at a scan's end spoils the next one's first sample. */
    taken.late = late || late_before;
    taken.seq = next_seq + dropped_before;
    late_before = late;
    next_ticks = taken.ticks + scan_ticks + (uint32_t)((int32_t)slot_ticks * missed);
    next_seq = taken.seq + 1;
    if (numbering) {
        numbering = false;
        next_seq = 0;
        return NULL;
    }
    return &taken;
}

void scan_release(void)
{
    uint8_t status = SREG;
    cli();
    dropped_before = dropped;
    dropped = 0;
    flag_clear(FLAG_SCAN_FULL);
    SREG = status;
}

void scan_renumber(void)
{
    if (scan_waiting()) {
        (void)scan_take();
        scan_release();
    }
    numbering = true;
}

uint16_t scan_sample(const struct slot *slot)
{
    return (uint16_t)(slot->high << 8 | slot->low);
}

uint16_t scan_bandgap(const struct scan *scan)
{
    if (extra == 0)
        return SCAN_NO_REFERENCE;
    return scan_sample(&scan->slots[slots() - (extra > 1 ? 2 : 1)]);
}

uint16_t scan_ground(const struct scan *scan)
{
    return extra > 1 ? scan_sample(&scan->slots[slots() - 1]) : SCAN_NO_REFERENCE;
}

void scan_select_input(uint8_t input)
{
    select_put(select_byte(input, input));
}
