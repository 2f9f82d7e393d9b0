/*
 * CRC-16/XMODEM a byte at a time: polynomial 0x1021, start 0, not reflected (PROTOCOL.md).
 *
 * Two tables of 256 bytes, one for each half of the CRC, so that on the AVR an index is the low half of an address.
 * The rule: feeding a body and then its CRC, high byte first, leaves 0.
 */
#ifndef RIG_CRC_H
#define RIG_CRC_H

#include <stdint.h> /* uint8_t */

#include "flash.h" /* PROGMEM */

extern const uint8_t crc_table_high[256] PROGMEM;
extern const uint8_t crc_table_low[256] PROGMEM;

struct crc {
    uint8_t high, low;
};

static inline __attribute__((always_inline)) struct crc crc_add(struct crc crc, uint8_t byte)
{
#ifdef __AVR__
    /* 11 cycles; the compiler, which cannot know that both tables fill a page each, takes 19. */
    __asm__("mov r30, %[byte]\n\t"
            "eor r30, %[high]\n\t"
            "ldi r31, hi8(%[table_high])\n\t"
            "lpm %[high], Z\n\t"
            "eor %[high], %[low]\n\t"
            "ldi r31, hi8(%[table_low])\n\t"
            "lpm %[low], Z"
            : [high] "+&r"(crc.high), [low] "+&r"(crc.low)
            : [byte] "r"(byte), [table_high] "i"(crc_table_high), [table_low] "i"(crc_table_low)
            : "r30", "r31");
#else
    uint8_t index = crc.high ^ byte;
    crc.high = crc.low ^ pgm_read_byte(&crc_table_high[index]);
    crc.low = pgm_read_byte(&crc_table_low[index]);
#endif
    return crc;
}

#endif
