/* See load.h. */
#include "load.h"

#include "clock.h" /* clock_counts */

/* Interrupt, waking up and going back to sleep (scan.c, uart.c, main.c). */
#define CONVERSION_CYCLES 62UL
#define BYTE_CYCLES 46UL

static uint16_t began;
static uint32_t worked; /* timer counts in this window */
static uint32_t window_start;

void load_work_begins(void)
{
    began = clock_counts();
}

void load_work_ends(void)
{
    worked += (uint16_t)(clock_counts() - began);
}

uint16_t load_idle_permille(uint32_t now, uint16_t conversions, uint16_t bytes, uint32_t scan_cycles)
{
    uint32_t window = (now - window_start) * CLOCK_COUNTS_PER_TICK;
    uint32_t busy = worked;
    window_start = now;
    worked = 0;
    if (window < 1000)
        return LOAD_UNKNOWN;
    uint32_t working = busy / (window / 1000);
    uint32_t interrupts = (conversions * CONVERSION_CYCLES + bytes * BYTE_CYCLES) / (scan_cycles / 1000);
    if (working > 1000 || interrupts > 1000)
        return 0;
    return (uint16_t)((1000 - working) * (1000 - interrupts) / 1000);
}
