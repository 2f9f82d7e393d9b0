/*
 * Which rates go together: conversions a scan so that the line keeps up, and what a slot lasts.
 *
 * The frame period is (channels + extra) conversions of 13 ADC clocks. `extra` is raised until a period is no shorter
 * than sending a frame takes, with its share of the regular status and of a load cell's readings. The rule: a plan
 * that this file passes never drops a scan for want of baud, keeps the device clock in reach and fits into the slots
 * there are.
 */
#ifndef RIG_RATE_H
#define RIG_RATE_H

#include <stdbool.h> /* bool */
#include <stdint.h>  /* uint8_t */

struct rate_limits {
    uint16_t channels;
    uint16_t extra_max;
    uint16_t frame_wire_bytes;
    uint16_t status_wire_bytes;
    uint16_t load_wire_bytes_per_s; /* 0 without a load cell */
};

struct rate {
    uint8_t prescaler;
    uint8_t extra;
    uint32_t baud;
    uint8_t baud_divisor; /* UBRR + 1 at double speed */
    bool with_load; /* the line has room for a load cell's readings */
};

#define RATE_CYCLES_PER_SECOND 16000000UL
#define RATE_ADC_CLOCKS 13
#define RATE_SCAN_CYCLES_MAX 448000UL /* 28 ms: the device clock's timer wraps after 32.8 (clock.h) */

/* The smallest plan with at least `extra`; false if there is none. */
bool rate_plan(struct rate *rate, const struct rate_limits *limits, uint8_t prescaler, uint8_t extra, uint32_t baud);

static inline uint16_t rate_slot_ticks(uint8_t prescaler)
{
    return (uint16_t)(RATE_ADC_CLOCKS * prescaler / 16);
}

static inline uint16_t rate_slot_counts(uint8_t prescaler)
{
    return (uint16_t)(RATE_ADC_CLOCKS * prescaler / 8);
}

#endif
