/*
 * Arbitrary bytes against the framing core, as clang's libFuzzer makes them, under address and undefined-behaviour
 * sanitizers (make fuzz).
 *
 * Each input is tried as a command from the line, as a body to encode, and as a scan. The rule: every buffer is exactly
 * as large as the header says it must be and ends where the sanitizer sees a step too far.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "frame.h"
#include "rate.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(int condition)
{
    if (!condition)
        abort();
}

static uint8_t *copy(const uint8_t *data, size_t size)
{
    uint8_t *bytes = malloc(size ? size : 1);
    require(bytes != NULL);
    if (size)
        memcpy(bytes, data, size);
    return bytes;
}

static void as_command(const uint8_t *data, size_t size)
{
    struct command command = { 0 };
    uint8_t length = (uint8_t)(size > 255 ? 255 : size);
    uint8_t *packet = copy(data, length);
    if (command_parse(&command, packet, length) == COMMAND_GOOD) {
        require(command.type >= COMMAND_HELLO && command.type <= COMMAND_STATUS);
        require(command.type != COMMAND_CUE || (command.cue.kind < CUE_KINDS && command.cue.ms <= CUE_MS_MAX));
    }
    free(packet);
}

/* A valid packet around the input, so that the parser behind the CRC is reached. */
static void as_command_body(const uint8_t *data, size_t size)
{
    uint8_t wire[FRAME_WIRE_BYTES(COMMAND_BODY_MAX)];
    uint8_t length = (uint8_t)(size > COMMAND_BODY_MAX ? COMMAND_BODY_MAX : size);
    as_command(wire, (size_t)frame_encode(wire, data, length) - 1);
}

/* What COBS says of any packet: no zero but the last byte, and room enough. Short ones come back as they were. */
static void as_body(const uint8_t *data, size_t size)
{
    uint16_t length = (uint16_t)(size > 600 ? 600 : size);
    uint8_t *wire = malloc(FRAME_WIRE_BYTES((size_t)length));
    require(wire != NULL);
    uint16_t sent = frame_encode(wire, data, length);
    require(sent <= FRAME_WIRE_BYTES(length) && memchr(wire, 0, sent) == wire + sent - 1);
    if (length > 0 && sent - 1 <= 255) {
        require(frame_decode(wire, (uint8_t)(sent - 1)) == length && memcmp(wire, data, length) == 0);
    }
    free(wire);
}

static void as_scan(const uint8_t *data, size_t size)
{
    uint16_t channels = (uint16_t)(size / sizeof(struct slot) / 4 * 4);
    if (channels == 0 || channels > 256)
        return;
    struct slot *slots = (struct slot *)(void *)copy(data, channels * sizeof(struct slot));
    for (uint16_t i = 0; i < channels; i++)
        slots[i].high &= 3; /* what ADCH can hold */
    uint8_t head[FRAME_SCAN_HEAD], *wire = malloc(FRAME_WIRE_BYTES((size_t)FRAME_SCAN_BODY(channels)));
    require(wire != NULL);
    frame_scan_head(head, data[0], (uint16_t)size, (uint32_t)size * 2654435761u);
    uint16_t sent = frame_encode_scan(wire, head, slots, channels);
    require(sent <= FRAME_WIRE_BYTES(FRAME_SCAN_BODY(channels)) && memchr(wire, 0, sent) == wire + sent - 1);
    free(wire);
    free(slots);
}

static void as_rate(const uint8_t *data, size_t size)
{
    if (size < 6)
        return;
    const struct rate_limits limits = { .channels = 144, .extra_max = 255, .frame_wire_bytes = 192, .status_wire_bytes = 32,
                                        .load_wire_bytes_per_s = data[5] & 1 ? 1344 : 0 };
    struct rate rate;
    uint32_t baud;
    memcpy(&baud, data, sizeof baud);
    if (rate_plan(&rate, &limits, (uint8_t)(16u << (data[4] & 3)), data[5], baud))
        require(rate.extra >= data[5] && rate.baud_divisor > 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    as_command(data, size);
    as_command_body(data, size);
    as_body(data, size);
    as_scan(data, size);
    as_rate(data, size);
    return 0;
}
