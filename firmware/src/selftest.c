/* See selftest.h. */
#include "selftest.h"

#include <avr/interrupt.h> /* cli */
#include <avr/io.h>        /* SP */
#include <stddef.h>        /* NULL */

#include "adc.h"      /* adc_convert */
#include "clock.h"    /* clock_wait_us */
#include "config.h"   /* CHANNELS */
#include "padid.h"    /* padid_memory_works */
#include "scan.h"     /* scan_take */
#include "stream.h"   /* stream_bandgap_good */
#include "watchdog.h" /* watchdog_feed */

#define SLOW_PRESCALER 128
#define SETTLED_US 1000
#define SETTLING_MOST 20 /* counts, 2 % of full scale: more than a hand's tremor or a sensor's noise in 40 ms */
#define BANDGAP_MV 1100UL
#define FULL_SCALE 1024UL

#define PAINT 0xC5
#define STACK_IN_USE 96 /* below the stack pointer, for interrupts while RAM is tried */

extern uint8_t _end; /* the linker's: first byte behind all variables */

/* Runs before main: what the stack never reaches keeps its paint. Interrupts are off, and nothing is on the stack. */
static void paint_ram(void) __attribute__((naked, used, section(".init4")));
static void paint_ram(void)
{
    __asm__ volatile("ldi r30, lo8(_end)\n\t"
                     "ldi r31, hi8(_end)\n\t"
                     "ldi r24, %[paint]\n\t"
                     "ldi r25, hi8(%[last])\n"
                     "1:\n\t"
                     "st Z+, r24\n\t"
                     "cpi r30, lo8(%[last])\n\t"
                     "cpc r31, r25\n\t"
                     "brne 1b" ::[paint] "M"(PAINT), [last] "i"(RAMEND));
}

static uint16_t untouched_ram(void)
{
    const uint8_t *at = &_end;
    while (at < (const uint8_t *)RAMEND && *at == PAINT)
        at++;
    return (uint16_t)(at - &_end);
}

static bool byte_works(volatile uint8_t *at)
{
    uint8_t status = SREG;
    cli();
    uint8_t kept = *at;
    *at = 0x55;
    bool good = *at == 0x55;
    *at = 0xAA;
    good = good && *at == 0xAA;
    *at = kept;
    SREG = status;
    return good;
}

/* All of RAM but the stack in use; interrupts see nothing of it. */
static bool ram_works(void)
{
    bool good = true;
    for (uint8_t *at = (uint8_t *)RAMSTART; at < (uint8_t *)(SP - STACK_IN_USE); at++) {
        if (!byte_works(at))
            good = false;
        if (((uintptr_t)at & 0xFF) == 0)
            watchdog_feed();
    }
    return good;
}

/* A weak source behind a switched input: the first reading still holds the last input's charge. */
static uint16_t reference(uint8_t adc_input)
{
    adc_convert(adc_input, SLOW_PRESCALER);
    clock_wait_us(SETTLED_US);
    return adc_convert(adc_input, SLOW_PRESCALER);
}

static const struct slot *fresh_scan(void)
{
    const struct scan *scan = NULL;
    scan_renumber();
    while (!scan) {
        while (!scan_waiting())
            clock_now();
        scan = scan_take();
        if (!scan)
            scan_release();
        watchdog_feed();
    }
    return scan->slots;
}

static uint8_t settling(const struct slot *slots, uint8_t prescaler)
{
    uint16_t worst = 0;
    for (uint8_t input = 0; input < MUX_INPUTS; input++) {
        scan_select_input(input);
        clock_wait_us(SETTLED_US);
        for (uint8_t mux = 0; mux < MUXES; mux++) {
            uint16_t scanned = scan_sample(&slots[input * MUXES + mux]);
            adc_convert(mux, prescaler);
            uint16_t settled = adc_convert(mux, prescaler);
            uint16_t difference = scanned > settled ? scanned - settled : settled - scanned;
            if (difference > worst)
                worst = difference;
        }
    }
    return worst > 0xFF ? 0xFF : (uint8_t)worst;
}

void selftest_run(struct report_selftest *result, const struct rate *rate)
{
    const struct slot *slots = fresh_scan();
    scan_stop();
    result->settling = settling(slots, rate->prescaler);
    result->bandgap = reference(ADC_INPUT_BANDGAP);
    result->ground = reference(ADC_INPUT_GROUND);
    result->supply_mv = result->bandgap ? (uint16_t)(BANDGAP_MV * FULL_SCALE / result->bandgap) : 0xFFFF;
    result->free_ram = untouched_ram();
    result->failed = (stream_bandgap_good(result->bandgap) ? 0 : SELFTEST_BANDGAP) |
                     (stream_ground_good(result->ground) ? 0 : SELFTEST_GROUND) |
                     (padid_memory_works() ? 0 : SELFTEST_EEPROM) | (ram_works() ? 0 : SELFTEST_RAM) |
                     (result->settling <= SETTLING_MOST ? 0 : SELFTEST_SETTLING);
}
