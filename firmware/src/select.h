/*
 * The multiplexers' select lines: two buses of four, as HARDWARE.md wires them.
 *
 * One byte says where both buses stand: bus A in its low nibble, bus B in its high one. SELECT_WRITE is that byte's way
 * to the pins from assembler: r24 is the byte, and is spent. The rule: from the scan's start to its stop only
 * its interrupt writes these pins.
 */
#ifndef RIG_SELECT_H
#define RIG_SELECT_H

#include <avr/interrupt.h> /* cli */
#include <avr/io.h>        /* ports */
#include <stdint.h>        /* uint8_t */

#include "config.h" /* SELECT_PORT */

#define SELECT_BUS_A 0x0F
#define SELECT_BUS_B 0xF0

static inline uint8_t select_byte(uint8_t input_a, uint8_t input_b)
{
    return (uint8_t)(input_b << 4 | input_a);
}

#if SELECT_BUSES_SHARE_A_PORT

#define SELECT_WRITE "out %[select], r24\n\t"
#define SELECT_OPERANDS [select] "I"(_SFR_IO_ADDR(SELECT_PORT))

static inline void select_init(void)
{
    SELECT_DDR = 0xFF;
}

static inline void select_put(uint8_t byte)
{
    SELECT_PORT = byte;
}

#else

/* The other halves of the two ports belong to others. */
#define SELECT_WRITE                                                                                                \
    "push r25\n\t"                                                                                                  \
    "in r25, __SREG__\n\t"                                                                                          \
    "push r25\n\t"                                                                                                  \
    "in r25, %[select_a]\n\t"                                                                                       \
    "andi r25, 0xF0\n\t"                                                                                            \
    "push r24\n\t"                                                                                                  \
    "andi r24, 0x0F\n\t"                                                                                            \
    "or r25, r24\n\t"                                                                                               \
    "out %[select_a], r25\n\t"                                                                                      \
    "pop r24\n\t"                                                                                                   \
    "in r25, %[select_b]\n\t"                                                                                       \
    "andi r25, 0x0F\n\t"                                                                                            \
    "andi r24, 0xF0\n\t"                                                                                            \
    "or r25, r24\n\t"                                                                                               \
    "out %[select_b], r25\n\t"                                                                                      \
    "pop r25\n\t"                                                                                                   \
    "out __SREG__, r25\n\t"                                                                                         \
    "pop r25\n\t"
#define SELECT_OPERANDS                                                                                             \
    [select_a] "I"(_SFR_IO_ADDR(SELECT_PORT_A)), [select_b] "I"(_SFR_IO_ADDR(SELECT_PORT_B))

static inline void select_init(void)
{
    SELECT_DDR_A |= SELECT_BUS_A;
    SELECT_DDR_B |= SELECT_BUS_B;
}

static inline void select_put(uint8_t byte)
{
    uint8_t status = SREG;
    cli(); /* the light and the buzzer share these ports */
    SELECT_PORT_A = (uint8_t)((SELECT_PORT_A & ~SELECT_BUS_A) | (byte & SELECT_BUS_A));
    SELECT_PORT_B = (uint8_t)((SELECT_PORT_B & ~SELECT_BUS_B) | (byte & SELECT_BUS_B));
    SREG = status;
}

#endif

#endif
