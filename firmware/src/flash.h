/* Tables that stay in flash on the AVR and are ordinary constants on the host, where the framing core is tested. */
#ifndef RIG_FLASH_H
#define RIG_FLASH_H

#ifdef __AVR__
#include <avr/pgmspace.h> /* PROGMEM: the 328P has no RAM to spare for tables */
#else
#define PROGMEM
#define pgm_read_byte(address) (*(address))
#endif

#endif
