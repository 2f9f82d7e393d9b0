/*
 * The device clock: ticks of one microsecond since the board started, mod 2^32.
 *
 * Timer 1 counts half ticks (F_CPU / 8) in 16 bits; this file extends them. ADC slots are whole numbers of counts, so
 * times worked out from slots and times read here agree for ever. The rule: clock_now() is asked at least every
 * CLOCK_ASK_EVERY_MS, which scans of at most SCAN_COUNTS_MAX counts see to.
 */
#ifndef RIG_CLOCK_H
#define RIG_CLOCK_H

#include <avr/interrupt.h> /* cli */
#include <avr/io.h>        /* TCNT1 */
#include <stdint.h>        /* uint32_t */

#define CLOCK_TICK_HZ 1000000UL
#define CLOCK_CYCLES_PER_COUNT 8
#define CLOCK_COUNTS_PER_TICK 2
#define CLOCK_ASK_EVERY_MS 32 /* 65,536 counts are 32.8 ms */

void clock_init(void);

/* From the main program only. */
uint32_t clock_now(void);
uint32_t clock_at(uint16_t counts); /* when timer 1 stood there, at most CLOCK_ASK_EVERY_MS ago */
void clock_wait_us(uint32_t ticks);

/* Timer 1 as it stands; both halves in one go, because interrupts read it too and share its latch. */
static inline uint16_t clock_counts(void)
{
    uint8_t status = SREG;
    cli();
    uint16_t counts = TCNT1;
    SREG = status;
    return counts;
}

#endif
