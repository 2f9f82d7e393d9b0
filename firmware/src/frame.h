/*
 * The framing core: bodies to packets and back (PROTOCOL.md), the same code on the board and on the host.
 *
 * Encoding is one pass: pack, check, stuff. Decoding is in place. The rule: nothing in here knows a register, waits, or
 * writes beyond the sizes that it is given, so that it can be fuzzed as it is.
 */
#ifndef RIG_FRAME_H
#define RIG_FRAME_H

#include <stdint.h> /* uint8_t */

#define FRAME_CRC_BYTES 2
#define FRAME_FULL_RUN 254 /* non-zero bytes that one COBS code can announce */

/* Bytes on the line of a body, terminator included, at worst. */
#define FRAME_WIRE_BYTES(body) ((body) + FRAME_CRC_BYTES + 1 + ((body) + FRAME_CRC_BYTES) / FRAME_FULL_RUN + 1)

/* Body of a scan: type, status, seq, ticks, and five bytes for four samples of ten bits. */
#define FRAME_SCAN_HEAD 8
#define FRAME_SCAN_BODY(channels) (FRAME_SCAN_HEAD + (channels) / 4 * 5)

#define FRAME_TYPE_SCAN 0x01

/*
 * One conversion of the scan: what it read, and what the interrupt that stores it sets up for the conversion after the
 * next. Sample and setting lie together so that the interrupt needs one pointer only.
 */
struct slot {
    uint8_t low, high; /* ADCL, ADCH */
    uint8_t admux, adcsrb;
};

/* The first bytes of a scan's body: type, status bits, number, time. */
void frame_scan_head(uint8_t head[FRAME_SCAN_HEAD], uint8_t status, uint16_t seq, uint32_t ticks);

/* A body as a packet with its zero terminator; returns its size, at most FRAME_WIRE_BYTES(size). */
uint16_t frame_encode(uint8_t *wire, const uint8_t *body, uint16_t size);

/*
 * A scan as a packet; `channels` is a multiple of 4. Returns its size, at most
 * FRAME_WIRE_BYTES(FRAME_SCAN_BODY(channels)).
 */
uint16_t frame_encode_scan(uint8_t *wire, const uint8_t head[FRAME_SCAN_HEAD], const struct slot *slots,
                           uint16_t channels);

/* A packet without its terminator back to its body, in place; returns the body's size, 0 if anything is wrong. */
uint8_t frame_decode(uint8_t *packet, uint8_t size);

#endif
