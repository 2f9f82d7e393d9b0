/* See report.h. */
#include "report.h"

#include "clock.h"    /* CLOCK_TICK_HZ */
#include "config.h"   /* CHANNELS */
#include "link.h"     /* link_answer */
#include "padid.h"    /* padid_get */
#include "watchdog.h" /* watchdog_reset_cause */

#define PROTOCOL 1

enum { TYPE_HELLO = 0x02, TYPE_STATUS, TYPE_REPLY, TYPE_SELFTEST, TYPE_LOAD };

#define FLAG_STREAMING 1
#define FLAG_HAS_BUZZER 2
#define FLAG_HAS_LIGHT 4
#define FLAG_HAS_LOAD_CELL 8
#define FLAG_PAD_ID 16

#define LOAD_SATURATED 1

static uint8_t *put8(uint8_t *at, uint8_t value)
{
    *at++ = value;
    return at;
}

static uint8_t *put16(uint8_t *at, uint16_t value)
{
    return put8(put8(at, (uint8_t)value), (uint8_t)(value >> 8));
}

static uint8_t *put32(uint8_t *at, uint32_t value)
{
    return put16(put16(at, (uint16_t)value), (uint16_t)(value >> 16));
}

static void answer(const uint8_t *body, const uint8_t *end)
{
    link_answer(body, (uint8_t)(end - body));
}

void report_hello(const struct rate *rate, bool streaming)
{
    uint8_t body[LINK_ANSWER_BODY_MAX], *at = body;
    uint16_t slot_ticks = rate_slot_ticks(rate->prescaler);
    at = put8(at, TYPE_HELLO);
    at = put8(at, PROTOCOL);
    at = put8(at, FIRMWARE_MAJOR);
    at = put8(at, FIRMWARE_MINOR);
    at = put8(at, FIRMWARE_PATCH);
    at = put8(at, BOARD_ID);
    at = put8(at, ADC_BITS);
    at = put8(at, rate->prescaler);
    at = put16(at, CHANNELS);
    at = put8(at, MUXES);
    at = put8(at, rate->extra);
    at = put32(at, rate->baud);
    at = put32(at, CLOCK_TICK_HZ);
    at = put16(at, slot_ticks);
    at = put32(at, (uint32_t)slot_ticks * (CHANNELS + rate->extra));
    at = put8(at, watchdog_reset_cause());
    at = put8(at, (streaming ? FLAG_STREAMING : 0) | FLAG_HAS_BUZZER | FLAG_HAS_LIGHT |
                      (loadcell_present() ? FLAG_HAS_LOAD_CELL : 0) | (padid_stored() ? FLAG_PAD_ID : 0));
    for (uint8_t i = 0; i < PAD_ID_BYTES; i++)
        at = put8(at, padid_get()[i]);
    link_clear_line();
    answer(body, at);
}

void report_reply(uint8_t tag, uint8_t command, uint8_t result)
{
    uint8_t body[4], *at = body;
    at = put8(at, TYPE_REPLY);
    at = put8(at, tag);
    at = put8(at, command);
    at = put8(at, result);
    answer(body, at);
}

void report_status(const struct report_counters *counters, uint32_t ticks)
{
    uint8_t body[LINK_STATUS_BODY], *at = body;
    at = put8(at, TYPE_STATUS);
    at = put8(at, watchdog_resets());
    at = put32(at, ticks);
    at = put32(at, counters->scans);
    at = put32(at, counters->sent);
    at = put16(at, counters->overruns);
    at = put16(at, counters->late);
    at = put16(at, counters->rx_damaged);
    at = put16(at, counters->rx_overflow);
    at = put16(at, counters->bandgap);
    at = put16(at, counters->ground);
    at = put16(at, counters->idle_permille);
    answer(body, at);
}

void report_selftest(uint8_t tag, const struct report_selftest *result)
{
    uint8_t body[12], *at = body;
    at = put8(at, TYPE_SELFTEST);
    at = put8(at, tag);
    at = put8(at, result->failed);
    at = put8(at, result->settling);
    at = put16(at, result->bandgap);
    at = put16(at, result->ground);
    at = put16(at, result->supply_mv);
    at = put16(at, result->free_ram);
    answer(body, at);
}

void report_load(const struct loadcell_reading *reading)
{
    uint8_t body[LINK_LOAD_BODY], *at = body;
    at = put8(at, TYPE_LOAD);
    at = put8(at, reading->saturated ? LOAD_SATURATED : 0);
    at = put32(at, reading->ticks);
    at = put32(at, (uint32_t)reading->raw);
    answer(body, at);
}
