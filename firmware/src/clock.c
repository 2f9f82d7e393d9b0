/* See clock.h. */
#include "clock.h"

#include "watchdog.h" /* watchdog_feed: waiting on purpose is no hang */

static uint16_t last_counts;
static uint32_t half_ticks; /* mod 2^32 */
static uint8_t wraps;       /* of half_ticks: the 33rd bit, so that ticks use all of their 32 */

void clock_init(void)
{
    TCCR1A = 0;
    TCCR1B = _BV(CS11); /* F_CPU / 8 */
}

uint32_t clock_now(void)
{
    uint16_t now = clock_counts();
    uint32_t before = half_ticks;
    half_ticks += (uint16_t)(now - last_counts);
    last_counts = now;
    if (half_ticks < before)
        wraps ^= 1;
    return half_ticks >> 1 | (uint32_t)wraps << 31;
}

uint32_t clock_at(uint16_t counts)
{
    uint32_t now = clock_now();
    return now - (uint16_t)(last_counts - counts) / CLOCK_COUNTS_PER_TICK;
}

void clock_wait_us(uint32_t ticks)
{
    uint32_t start = clock_now();
    while (clock_now() - start < ticks)
        watchdog_feed();
}
