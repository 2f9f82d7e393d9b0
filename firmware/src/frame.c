/* See frame.h. A scan costs about 23 cycles a byte on the AVR, of which the CRC takes 11. */
#include "frame.h"

#include "crc.h" /* crc_add */

#ifdef __AVR__
#pragma GCC optimize("O2") /* whatever the rest is built with: the Arduino IDE takes -Os */
#endif

/* Everything that encoding carries from byte to byte; the compiler keeps it in registers. */
struct writer {
    uint8_t *next;  /* where the next byte goes */
    uint8_t *code;  /* where the open run's code byte will go */
    uint8_t *split; /* the code byte that a full run was followed by */
    uint8_t room;   /* how many more bytes the open run can take */
    struct crc crc;
};

#define INLINE static inline __attribute__((always_inline))

INLINE struct writer append(struct writer w, uint8_t byte)
{
#ifdef __AVR__
    /* The same as below. Asking for X keeps the place in the one register pair that costs nothing to step. */
    __asm__ volatile("st X+, %[byte]" : "+x"(w.next) : [byte] "r"(byte) : "memory");
#else
    *w.next++ = byte;
#endif
    return w;
}

/* Ends the open run; the byte just appended, a zero, becomes the next run's code. */
INLINE struct writer turn_run(struct writer w)
{
    *w.code = (uint8_t)(FRAME_FULL_RUN + 1 - w.room);
    w.code = w.next - 1;
    w.room = FRAME_FULL_RUN;
    return w;
}

INLINE struct writer stuff(struct writer w, uint8_t byte)
{
    w = append(w, byte);
    if (byte == 0) {
        w = turn_run(w);
    } else if (--w.room == 0) {
        w = turn_run(append(w, 0));
        w.split = w.code;
    }
    return w;
}

INLINE struct writer put(struct writer w, uint8_t byte)
{
    w.crc = crc_add(w.crc, byte);
    return stuff(w, byte);
}

INLINE struct writer start(uint8_t *wire)
{
    return (struct writer){ .next = wire + 1, .code = wire, .split = 0, .room = FRAME_FULL_RUN, .crc = { 0, 0 } };
}

/* Adds the CRC and the terminator. A full run at the very end is not followed by an empty one. */
INLINE uint8_t *finish(struct writer w)
{
    struct crc crc = w.crc;
    w = stuff(w, crc.high);
    w = stuff(w, crc.low);
    if (w.code == w.split && w.room == FRAME_FULL_RUN)
        w.next = w.code;
    else
        *w.code = (uint8_t)(FRAME_FULL_RUN + 1 - w.room);
    *w.next++ = 0;
    return w.next;
}

uint16_t frame_encode(uint8_t *wire, const uint8_t *body, uint16_t size)
{
    struct writer w = start(wire);
    while (size--)
        w = put(w, *body++);
    return (uint16_t)(finish(w) - wire);
}

uint16_t frame_encode_scan(uint8_t *wire, const struct scan_head *head, const struct slot *slots, uint16_t channels)
{
    struct writer w = start(wire);
    w = put(w, FRAME_TYPE_SCAN);
    const uint8_t words[FRAME_SCAN_HEAD - 1] = {
        head->status,
        (uint8_t)head->seq, (uint8_t)(head->seq >> 8),
        (uint8_t)head->ticks, (uint8_t)(head->ticks >> 8), (uint8_t)(head->ticks >> 16), (uint8_t)(head->ticks >> 24),
    };
    for (uint8_t i = 0; i < sizeof words; i++)
        w = put(w, words[i]);
    for (uint8_t groups = (uint8_t)(channels / 4); groups; groups--) {
        uint8_t high = slots[3].high;
        high = (uint8_t)(high << 2 | slots[2].high);
        high = (uint8_t)(high << 2 | slots[1].high);
        high = (uint8_t)(high << 2 | slots[0].high);
        w = put(w, slots[0].low);
        w = put(w, slots[1].low);
        w = put(w, slots[2].low);
        w = put(w, slots[3].low);
        w = put(w, high);
        slots += 4;
    }
    return (uint16_t)(finish(w) - wire);
}

/* COBS in place: what is read is never behind what is written. */
static uint8_t unstuff(uint8_t *packet, uint8_t size)
{
    uint8_t from = 0, to = 0;
    while (from < size) {
        uint8_t code = packet[from++];
        if (code == 0 || code - 1 > size - from)
            return 0;
        for (uint8_t run = code - 1; run; run--) {
            if (packet[from] == 0)
                return 0;
            packet[to++] = packet[from++];
        }
        if (code <= FRAME_FULL_RUN && from < size)
            packet[to++] = 0;
    }
    return to;
}

uint8_t frame_decode(uint8_t *packet, uint8_t size)
{
    struct crc crc = { 0, 0 };
    uint8_t decoded = unstuff(packet, size);
    if (decoded <= FRAME_CRC_BYTES)
        return 0;
    for (uint8_t i = 0; i < decoded; i++)
        crc = crc_add(crc, packet[i]);
    return crc.high || crc.low ? 0 : (uint8_t)(decoded - FRAME_CRC_BYTES);
}
