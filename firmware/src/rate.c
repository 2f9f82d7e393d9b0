/* See rate.h. */
#include "rate.h"

#include "config_rates.h" /* STATUS_EVERY_SCANS */

#define UART_CYCLES_PER_BIT 8 /* at double speed and divisor 1 */
#define BITS_PER_BYTE 10      /* 8N1 */
#define DIVISOR_MAX 255
#define TOLERANCE 40 /* a rate may be off by a fortieth, 2.5 % */

static bool divisor_for(uint32_t baud, uint8_t *divisor)
{
    const uint32_t fastest = RATE_CYCLES_PER_SECOND / UART_CYCLES_PER_BIT;
    if (baud == 0 || baud > fastest)
        return false;
    uint32_t nearest = (fastest + baud / 2) / baud;
    if (nearest > DIVISOR_MAX)
        return false;
    uint32_t got = fastest / nearest;
    uint32_t error = got > baud ? got - baud : baud - got;
    *divisor = (uint8_t)nearest;
    return error <= baud / TOLERANCE;
}

/* The cycles of a scan, if readings of a load cell take their share of it: shares in units of 1/1024. */
static uint32_t with_readings(uint32_t line_cycles, uint32_t load_cycles_per_s)
{
    const uint32_t unit = RATE_CYCLES_PER_SECOND / 1024;
    uint32_t share = (load_cycles_per_s + unit - 1) / unit;
    return share < 1024 ? line_cycles * 1024 / (1024 - share) + 1 : UINT32_MAX;
}

bool rate_plan(struct rate *rate, const struct rate_limits *limits, uint8_t prescaler, uint8_t extra, uint32_t baud)
{
    uint8_t divisor;
    if (!divisor_for(baud, &divisor))
        return false;
    uint32_t byte_cycles = (uint32_t)UART_CYCLES_PER_BIT * BITS_PER_BYTE * divisor;
    uint32_t line_cycles = limits->frame_wire_bytes * byte_cycles +
                           (limits->status_wire_bytes * byte_cycles + STATUS_EVERY_SCANS - 1) / STATUS_EVERY_SCANS;
    if (line_cycles > RATE_SCAN_CYCLES_MAX)
        return false;
    if (limits->load_wire_bytes_per_s)
        line_cycles = with_readings(line_cycles, limits->load_wire_bytes_per_s * byte_cycles);
    uint32_t slot_cycles = (uint32_t)RATE_ADC_CLOCKS * prescaler;
    uint32_t slots = (line_cycles - 1) / slot_cycles + 1;
    if (slots < (uint32_t)limits->channels + extra)
        slots = (uint32_t)limits->channels + extra;
    if (slots - limits->channels > limits->extra_max || slots * slot_cycles > RATE_SCAN_CYCLES_MAX)
        return false;
    rate->with_load = limits->load_wire_bytes_per_s != 0;
    rate->prescaler = prescaler;
    rate->extra = (uint8_t)(slots - limits->channels);
    rate->baud = baud;
    rate->baud_divisor = divisor;
    return true;
}
