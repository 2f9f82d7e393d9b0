/*
 * CRC-16/XMODEM a byte at a time: polynomial 0x1021, start 0, not reflected (PROTOCOL.md).
 *
 * Two tables of 256 bytes, one for each half of the CRC, so that on the AVR an index is the low half of an address;
 * frame.c makes use of that.
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
    uint8_t index = crc.high ^ byte;
    crc.high = crc.low ^ pgm_read_byte(&crc_table_high[index]);
    crc.low = pgm_read_byte(&crc_table_low[index]);
    return crc;
}

#endif
