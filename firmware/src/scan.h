/*
 * The scan: every channel in turn, for ever, at the ADC's own pace.
 *
 * The ADC runs free; its interrupt stores a result and sets up the conversion after the next, since the next has already
 * begun. What to set up stands in the slots themselves (frame.h), one list for each of two buffers: the interrupt fills
 * one while the main loop encodes the other. Inputs advance on two buses in turn: while the multiplexers of one are
 * read, those of the other settle. The rule: a scan reaches the main loop whole or not at all, and one that an
 * interrupt came too late for is marked.
 */
#ifndef RIG_SCAN_H
#define RIG_SCAN_H

#include <stdbool.h> /* bool */
#include <stdint.h>  /* uint16_t */

#include "flags.h" /* FLAG_SCAN_FULL */
#include "frame.h" /* struct slot */
#include "rate.h"  /* struct rate */

struct scan {
    const struct slot *slots;
    uint16_t seq;
    uint32_t ticks;  /* sample-and-hold of channel 0 */
    bool late;       /* one or two samples may be another channel's */
    uint8_t dropped; /* scans right before this one that nobody took */
};

#define SCAN_NO_REFERENCE 0xFFFF

void scan_start(const struct rate *rate);
void scan_stop(void); /* the ADC is off and free for others */

/* The scan that waits, accounted for; NULL if it is not to be used. Only while scan_waiting(), once for each. */
const struct scan *scan_take(void);
void scan_release(void);

/* The next whole scan is number 0. */
void scan_renumber(void);

/* Last counts of the references in a taken scan; SCAN_NO_REFERENCE where it has no conversion for them. */
uint16_t scan_bandgap(const struct scan *scan);
uint16_t scan_ground(const struct scan *scan);

uint16_t scan_sample(const struct slot *slot);

void scan_select_input(uint8_t input); /* all multiplexers, for whoever has stopped the scan */

static inline bool scan_waiting(void)
{
    return flag_is_set(FLAG_SCAN_FULL);
}

#endif
