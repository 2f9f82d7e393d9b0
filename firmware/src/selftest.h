/*
 * The board's examination of itself, on command.
 *
 * The rule: it stops the scan and starts nothing; whoever asked starts the scan again.
 */
#ifndef RIG_SELFTEST_H
#define RIG_SELFTEST_H

#include "rate.h"   /* struct rate */
#include "report.h" /* struct report_selftest */

void selftest_run(struct report_selftest *result, const struct rate *rate);

#endif
