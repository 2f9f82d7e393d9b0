/*
 * What differs from board to board and from build to build.
 *
 * The rule: pins and sizes are said in the board's own header and nowhere else; everything that another file could
 * get wrong from here is a compile error.
 */
#ifndef RIG_CONFIG_H
#define RIG_CONFIG_H

#if defined(__AVR_ATmega2560__)
#include "board_mega2560.h"
#elif defined(__AVR_ATmega328P__)
#include "board_atmega328p.h"
#else
#error "this firmware knows the ATmega2560 and the ATmega328P; see firmware/README.md"
#endif

#include "config_rates.h"

#ifndef F_CPU
#define F_CPU 16000000UL
#endif
#if F_CPU != 16000000UL
#error "ticks, rates and tones are worked out for 16 MHz"
#endif

#define FIRMWARE_MAJOR 0
#define FIRMWARE_MINOR 1
#define FIRMWARE_PATCH 0

#define MUX_INPUTS 16
#define CHANNELS (MUXES * MUX_INPUTS)
#define MUXES_ON_BUS_A ((MUXES + 1) / 2) /* the others hang on bus B */
#define SLOTS_MAX (CHANNELS + EXTRA_MAX)

#define ADC_BITS 10

#if MUXES < 3 || MUXES > MUXES_MAX
#error "MUXES: 3 is the fewest that two buses can be staggered over, MUXES_MAX what the board has ADC inputs for"
#endif

#endif
