/* See watchdog.h. */
#include "watchdog.h"

#include <avr/io.h>  /* MCUSR */
#include <avr/wdt.h> /* wdt_enable */

#define TRAIL_MARK 0x5AC3
#define HANG_SCANS 4 /* more than a healthy main loop ever leaves; the slowest scans still fit 4 into the time-out */

struct watchdog_trail watchdog_trail __attribute__((section(".noinit")));

static uint8_t reset_cause;
static uint8_t chip_cause __attribute__((section(".noinit")));

/*
 * Runs before main, from start-up code: after a watchdog reset the timer is still on, at its shortest time-out, and
 * the chip insists on that until MCUSR is cleared.
 */
static void watchdog_catch(void) __attribute__((naked, used, section(".init3")));
static void watchdog_catch(void)
{
    chip_cause = MCUSR;
    MCUSR = 0;
    wdt_disable();
}

static uint8_t check_of(uint8_t resets)
{
    return (uint8_t)~resets;
}

void watchdog_init(void)
{
    struct watchdog_trail *trail = &watchdog_trail;
    reset_cause = chip_cause & (RESET_POWER_ON | RESET_EXTERNAL | RESET_BROWN_OUT | RESET_WATCHDOG);
    if (trail->mark != TRAIL_MARK || trail->check != check_of(trail->resets) || (reset_cause & RESET_POWER_ON)) {
        trail->mark = TRAIL_MARK;
        trail->resets = 0;
        trail->unfed_scans = 0;
    }
    if (trail->unfed_scans >= HANG_SCANS)
        reset_cause |= RESET_HANG;
    if ((reset_cause & (RESET_HANG | RESET_WATCHDOG)) && trail->resets != 0xFF)
        trail->resets++;
    trail->check = check_of(trail->resets);
    wdt_enable(WDTO_120MS);
    watchdog_feed();
}

void watchdog_feed(void)
{
    wdt_reset();
    watchdog_trail.unfed_scans = 0;
}

uint8_t watchdog_reset_cause(void)
{
    return reset_cause;
}

uint8_t watchdog_resets(void)
{
    return watchdog_trail.resets;
}
