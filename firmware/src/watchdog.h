/*
 * The watchdog, and what is known about the last reset.
 *
 * The timer resets the board RESET_AFTER_MS after the main loop stops working. It is in plain reset mode: in interrupt
 * mode a hang with interrupts off would depend on an interrupt. The Mega's bootloader clears the chip's own record of
 * the cause, so the scan's interrupt keeps another, in RAM that start-up leaves alone: how many scans have passed
 * since the main loop last fed the watchdog. The rule: only work that has been done feeds it.
 */
#ifndef RIG_WATCHDOG_H
#define RIG_WATCHDOG_H

#include <stdint.h> /* uint8_t */

/* Bits of the hello's reset cause; the first four are the chip's MCUSR. */
#define RESET_POWER_ON 1
#define RESET_EXTERNAL 2
#define RESET_BROWN_OUT 4
#define RESET_WATCHDOG 8
#define RESET_HANG 16

struct watchdog_trail {
    uint16_t mark;           /* tells a kept trail from RAM after power-on */
    uint8_t resets;          /* by the watchdog since power-on */
    uint8_t unfed_scans;     /* see above; stops at 255 */
    uint8_t check;           /* of resets */
};

extern struct watchdog_trail watchdog_trail;

void watchdog_init(void); /* reads the cause; the watchdog starts */
void watchdog_feed(void);
uint8_t watchdog_reset_cause(void);
uint8_t watchdog_resets(void);

/* From the scan's interrupt, once a scan. */
static inline void watchdog_scan_passed(void)
{
    if (watchdog_trail.unfed_scans != 0xFF)
        watchdog_trail.unfed_scans++;
}

#endif
