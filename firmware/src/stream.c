/* See stream.h. */
#include "stream.h"

#include <stddef.h> /* NULL */

#include "clock.h"    /* clock_now */
#include "cue.h"      /* cue_is_on */
#include "link.h"     /* link_send_frame */
#include "load.h"     /* load_idle_permille */
#include "loadcell.h" /* loadcell_take */
#include "report.h"   /* struct report_counters */
#include "scan.h"     /* scan_take */
#include "watchdog.h" /* watchdog_feed */

/* Frame status bits (PROTOCOL.md). */
#define STATUS_LATE 1
#define STATUS_OVERRUN 2
#define STATUS_REFERENCE 4
#define STATUS_COMMAND_LOST 8
#define STATUS_CUE 16

/* 1.0 to 1.2 V (ATmega2560 and 328P datasheets, "Bandgap reference voltage") of 4.4 to 5.5 V, and a little more. */
#define BANDGAP_LEAST 180
#define BANDGAP_MOST 285
#define GROUND_MOST 8

static bool on;
static bool command_lost;
static bool status_due;
static uint8_t told_stretch; /* which of the stretches of STATUS_EVERY_SCANS began last */
static struct rate rate;
static struct report_counters counters;

bool stream_bandgap_good(uint16_t counts)
{
    return counts >= BANDGAP_LEAST && counts <= BANDGAP_MOST;
}

bool stream_ground_good(uint16_t counts)
{
    return counts <= GROUND_MOST;
}

static void add(uint16_t *counter, uint8_t count)
{
    *counter = *counter > 0xFFFF - count ? 0xFFFF : (uint16_t)(*counter + count);
}

static uint8_t note(const struct scan *scan)
{
    uint8_t status = cue_is_on() ? STATUS_CUE : 0;
    counters.scans += 1u + scan->dropped;
    counters.bandgap = scan_bandgap(scan);
    counters.ground = scan_ground(scan);
    if (scan->late) {
        status |= STATUS_LATE;
        add(&counters.late, 1);
    }
    if (scan->dropped) {
        status |= STATUS_OVERRUN;
        add(&counters.overruns, scan->dropped);
    }
    if ((counters.bandgap != SCAN_NO_REFERENCE && !stream_bandgap_good(counters.bandgap)) ||
        (counters.ground != SCAN_NO_REFERENCE && !stream_ground_good(counters.ground)))
        status |= STATUS_REFERENCE;
    if (command_lost) {
        status |= STATUS_COMMAND_LOST;
        command_lost = false;
    }
    return status;
}

static void send(const struct scan *scan, uint8_t *buffer)
{
    uint8_t head[FRAME_SCAN_HEAD];
    frame_scan_head(head, note(scan), scan->seq, scan->ticks);
    frame_encode_scan(buffer, head, scan->slots, CHANNELS);
    link_send_frame(buffer);
    counters.sent++;
    /* Not at one scan alone: it may be the one that the line was too slow for, which is when the counters matter. */
    uint8_t stretch = (uint8_t)((scan->seq + 1u) / STATUS_EVERY_SCANS);
    if (stretch != told_stretch) {
        told_stretch = stretch;
        status_due = true;
    }
}

/* Readings that the plan of the scan's rate has no room for, or that nobody asked for, are let go. */
static void send_load(void)
{
    struct loadcell_reading reading;
    if ((!on || link_can_answer()) && loadcell_take(&reading) && on && rate.with_load)
        report_load(&reading);
}

bool stream_poll(void)
{
    send_load();
    if (status_due && link_can_answer()) {
        status_due = false;
        stream_report_status();
    }
    if (!scan_waiting())
        return false;
    uint8_t *buffer = on ? link_frame_buffer() : NULL;
    if (on && !buffer)
        return false; /* the line is behind; if this lasts, the next scan is dropped */
    const struct scan *scan = scan_take();
    if (scan && buffer)
        send(scan, buffer);
    scan_release();
    clock_now(); /* in time for its timer's every turn */
    watchdog_feed();
    return true;
}

void stream_scan_from(const struct rate *new_rate)
{
    rate = *new_rate;
    scan_start(&rate);
}

void stream_start(void)
{
    counters.scans = counters.sent = 0;
    status_due = false;
    told_stretch = 0;
    scan_renumber();
    on = true;
}

void stream_stop(void)
{
    on = false;
    status_due = false;
    link_withdraw_frame();
}

bool stream_is_on(void)
{
    return on;
}

void stream_count_rx(uint8_t damaged, uint8_t overflow)
{
    add(&counters.rx_damaged, damaged);
    add(&counters.rx_overflow, overflow);
    command_lost = command_lost || damaged || overflow;
}

void stream_report_status(void)
{
    uint16_t conversions = CHANNELS + rate.extra;
    uint32_t now = clock_now();
    if (rate.extra == 0)
        counters.bandgap = SCAN_NO_REFERENCE;
    if (rate.extra <= 1)
        counters.ground = SCAN_NO_REFERENCE;
    counters.idle_permille = load_idle_permille(now, conversions, on ? LINK_FRAME_BYTES : 0,
                                                (uint32_t)conversions * RATE_ADC_CLOCKS * rate.prescaler);
    report_status(&counters, now);
}
