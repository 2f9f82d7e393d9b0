/*
 * The CRC's tables, worked out by the compiler.
 *
 * The CRC of a byte is the exclusive-or of the CRCs of its bits, which are 0x1021 and its successors. The rule: each
 * table fills one 256-byte page, on which frame.c relies.
 */
#include "crc.h"

#define OF_BIT(i, bit, crc) (((i) >> (bit)) & 1 ? (crc) : 0)
#define OF_BYTE(i)                                                                                                  \
    (OF_BIT(i, 0, 0x1021) ^ OF_BIT(i, 1, 0x2042) ^ OF_BIT(i, 2, 0x4084) ^ OF_BIT(i, 3, 0x8108) ^                    \
     OF_BIT(i, 4, 0x1231) ^ OF_BIT(i, 5, 0x2462) ^ OF_BIT(i, 6, 0x48C4) ^ OF_BIT(i, 7, 0x9188))
#define HIGH(i) (OF_BYTE(i) >> 8)
#define LOW(i) (OF_BYTE(i) & 0xFF)

#define FOUR(of, i) of(i), of((i) + 1), of((i) + 2), of((i) + 3)
#define SIXTEEN(of, i) FOUR(of, i), FOUR(of, (i) + 4), FOUR(of, (i) + 8), FOUR(of, (i) + 12)
#define SIXTY_FOUR(of, i) SIXTEEN(of, i), SIXTEEN(of, (i) + 16), SIXTEEN(of, (i) + 32), SIXTEEN(of, (i) + 48)
#define ALL(of) SIXTY_FOUR(of, 0), SIXTY_FOUR(of, 64), SIXTY_FOUR(of, 128), SIXTY_FOUR(of, 192)

const uint8_t crc_table_high[256] PROGMEM __attribute__((aligned(256))) = { ALL(HIGH) };
const uint8_t crc_table_low[256] PROGMEM __attribute__((aligned(256))) = { ALL(LOW) };
