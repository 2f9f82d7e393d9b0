/*
 * The pad's name in EEPROM: 16 bytes and their CRC.
 *
 * The rule: an id whose CRC is wrong, from a power-off while writing or from a board fresh from the factory, is no id.
 */
#ifndef RIG_PADID_H
#define RIG_PADID_H

#include <stdbool.h> /* bool */
#include <stdint.h>  /* uint8_t */

#include "command.h" /* PAD_ID_BYTES */

void padid_init(void);
const uint8_t *padid_get(void); /* all zeros where none is stored */
bool padid_stored(void);
bool padid_set(const uint8_t *id); /* all zeros: none; false if the EEPROM did not keep it */
bool padid_memory_works(void);     /* writes and reads back a byte that nothing else uses */

#endif
