/*
 * From a scan that waits to a frame on the line, and the counters of what became of each.
 *
 * The rule: every scan is counted, and whatever went wrong with one shows in the next frame's status bits.
 */
#ifndef RIG_STREAM_H
#define RIG_STREAM_H

#include <stdbool.h> /* bool */
#include <stdint.h>  /* uint8_t */

#include "rate.h" /* struct rate */

void stream_scan_from(const struct rate *rate); /* (re)starts scanning */
void stream_start(void);
void stream_stop(void);
bool stream_is_on(void);

/* Takes the scan that waits, if any; true if there was one. */
bool stream_poll(void);

void stream_count_rx(uint8_t damaged, uint8_t overflow);
void stream_report_status(void); /* needs link_can_answer() */

/* Whether counts of the references are what they should be, to the accuracy of the chip's band gap and the supply. */
bool stream_bandgap_good(uint16_t counts);
bool stream_ground_good(uint16_t counts);

#endif
