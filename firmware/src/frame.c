/* See frame.h. Encoding a scan takes about 22 cycles a byte on the AVR, packing included, of which the CRC takes 10. */
#include "frame.h"

#include <stdbool.h> /* bool */

#include "crc.h" /* crc_add */

#ifdef __AVR__
#pragma GCC optimize("O2") /* whatever the rest is built with: the Arduino IDE takes -Os */
#endif

/* Everything that encoding carries from byte to byte; the compiler keeps it in registers. */
struct writer {
    uint8_t *next;  /* where the next byte goes */
    uint8_t *run;   /* first byte of the open run; the run's code will stand right before it */
    uint8_t *split; /* a run that begins because the one before was full */
    struct crc crc;
};

#define RARELY(condition) __builtin_expect((condition), 0)
#define INLINE static inline __attribute__((always_inline))

INLINE uint8_t run_length(struct writer w)
{
    return (uint8_t)((uint8_t)(uintptr_t)w.next - (uint8_t)(uintptr_t)w.run);
}

/* What was just appended is a zero: it ends the open run, and its place is the next run's code. */
INLINE struct writer turn_run(struct writer w)
{
    w.run[-1] = run_length(w);
    w.run = w.next;
    return w;
}

INLINE struct writer append(struct writer w, uint8_t byte)
{
    *w.next++ = byte;
    return byte ? w : turn_run(w);
}

INLINE struct writer append_checked(struct writer w, uint8_t byte)
{
#ifdef __AVR__
    /*
     * The same as below, in 15 cycles, or 21 for a zero, which a pad at rest is full of. The compiler takes 16 and 27: it
     * does not see that both tables fill a page, that X steps for nothing, or that the index may start as the byte.
     */
    register uint8_t index __asm__("r30") = byte;
    __asm__ volatile("st X+, %[index]\n\t"
                     "cpse %[index], __zero_reg__\n\t"
                     "rjmp 1f\n\t"
                     "movw r30, %[run]\n\t"
                     "mov __tmp_reg__, r26\n\t"
                     "sub __tmp_reg__, r30\n\t"
                     "st -Z, __tmp_reg__\n\t"
                     "movw %[run], r26\n\t"
                     "clr r30\n"
                     "1:\n\t"
                     "eor r30, %[high]\n\t"
                     "ldi r31, hi8(%[table_high])\n\t"
                     "lpm %[high], Z\n\t"
                     "eor %[high], %[low]\n\t"
                     "ldi r31, hi8(%[table_low])\n\t"
                     "lpm %[low], Z"
                     : [index] "+r"(index), "+x"(w.next), [run] "+r"(w.run), [high] "+r"(w.crc.high),
                       [low] "+r"(w.crc.low)
                     : [table_high] "i"(crc_table_high), [table_low] "i"(crc_table_low)
                     : "r31", "memory");
    return w;
#else
    w.crc = crc_add(w.crc, byte);
    return append(w, byte);
#endif
}

INLINE struct writer split_full_run(struct writer w)
{
    if (run_length(w) == FRAME_FULL_RUN) {
        w = append(w, 0);
        w.split = w.run;
    }
    return w;
}

/* `may_fill` is known to the compiler: false where the open run cannot become full. */
INLINE struct writer put(struct writer w, uint8_t byte, bool may_fill)
{
    w = append_checked(w, byte);
    return may_fill ? split_full_run(w) : w;
}

INLINE struct writer start(uint8_t *wire)
{
    return (struct writer){ .next = wire + 1, .run = wire + 1, .split = 0, .crc = { 0, 0 } };
}

/* Adds the CRC and the terminator. A full run at the very end is not followed by an empty one. */
INLINE uint8_t *finish(struct writer w)
{
    struct crc crc = w.crc;
    w = split_full_run(append(w, crc.high));
    w = split_full_run(append(w, crc.low));
    if (w.run == w.split && w.next == w.run)
        w.next--;
    else
        w.run[-1] = (uint8_t)(run_length(w) + 1);
    *w.next++ = 0;
    return w.next;
}

uint16_t frame_encode(uint8_t *wire, const uint8_t *body, uint16_t size)
{
    struct writer w = start(wire);
    while (size--)
        w = put(w, *body++, true);
    return (uint16_t)(finish(w) - wire);
}

void frame_scan_head(uint8_t head[FRAME_SCAN_HEAD], uint8_t status, uint16_t seq, uint32_t ticks)
{
    *head++ = FRAME_TYPE_SCAN;
    *head++ = status;
    *head++ = (uint8_t)seq;
    *head++ = (uint8_t)(seq >> 8);
    *head++ = (uint8_t)ticks;
    *head++ = (uint8_t)(ticks >> 8);
    *head++ = (uint8_t)(ticks >> 16);
    *head = (uint8_t)(ticks >> 24);
}

#define GROUP_SAMPLES 4
#define GROUP_BYTES 5

INLINE struct writer put_group(struct writer w, const struct slot *slots, bool may_fill)
{
    uint8_t high = slots[3].high;
    high = (uint8_t)(high << 2 | slots[2].high);
    high = (uint8_t)(high << 2 | slots[1].high);
    high = (uint8_t)(high << 2 | slots[0].high);
    w = put(w, slots[0].low, may_fill);
    w = put(w, slots[1].low, may_fill);
    w = put(w, slots[2].low, may_fill);
    w = put(w, slots[3].low, may_fill);
    return put(w, high, may_fill);
}

uint16_t frame_encode_scan(uint8_t *wire, const uint8_t head[FRAME_SCAN_HEAD], const struct slot *slots,
                           uint16_t channels)
{
    struct writer w = start(wire);
    for (uint8_t i = FRAME_SCAN_HEAD; i; i--)
        w = put(w, *head++, false);
    for (uint8_t groups = (uint8_t)(channels / GROUP_SAMPLES); groups; groups--) {
        if (RARELY(run_length(w) > FRAME_FULL_RUN - 1 - GROUP_BYTES))
            w = put_group(w, slots, true);
        else
            w = put_group(w, slots, false);
        slots += GROUP_SAMPLES;
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
