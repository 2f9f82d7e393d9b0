/*
 * What the board says about itself, as bodies of packets (PROTOCOL.md, "From the board").
 *
 * The rule: the layouts of the protocol stand here once, in its order, with nothing worked out in between.
 */
#ifndef RIG_REPORT_H
#define RIG_REPORT_H

#include <stdbool.h> /* bool */
#include <stdint.h>  /* uint8_t */

#include "loadcell.h" /* struct loadcell_reading */
#include "rate.h"     /* struct rate */

/* Each needs link_can_answer(). */
void report_hello(const struct rate *rate, bool streaming);
void report_reply(uint8_t tag, uint8_t command, uint8_t result);

struct report_counters {
    uint32_t scans, sent;
    uint16_t overruns, late, rx_damaged, rx_overflow; /* these stop at 65,535 */
    uint16_t bandgap, ground, idle_permille;
};
void report_status(const struct report_counters *counters, uint32_t ticks);

#define SELFTEST_BANDGAP 1
#define SELFTEST_GROUND 2
#define SELFTEST_EEPROM 4
#define SELFTEST_RAM 8
#define SELFTEST_SETTLING 16

struct report_selftest {
    uint8_t failed, settling;
    uint16_t bandgap, ground, supply_mv, free_ram;
};
void report_selftest(uint8_t tag, const struct report_selftest *result);

void report_load(const struct loadcell_reading *reading);

#endif
