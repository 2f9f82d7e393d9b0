/*
 * How much of its time the processor had nothing to do.
 *
 * The main loop's work is timed; what interrupts take of the rest is known from their counted cycles. An estimate: the
 * simulated board, which counts every sleeping cycle, is the check. The rule: measuring costs nothing while asleep.
 */
#ifndef RIG_LOAD_H
#define RIG_LOAD_H

#include <stdint.h> /* uint16_t */

#define LOAD_UNKNOWN 0xFFFF

void load_work_begins(void);
void load_work_ends(void);

/* Starts a new window; the per mille of the last one. Interrupts' share: conversions and bytes in a scan's cycles. */
uint16_t load_idle_permille(uint32_t now, uint16_t conversions, uint16_t bytes, uint32_t scan_cycles);

#endif
