/* See padid.h. */
#include "padid.h"

#include <avr/eeprom.h> /* eeprom_read_block */
#include <string.h>     /* memset */

#include "crc.h"      /* crc_add */
#include "watchdog.h" /* watchdog_feed: 3.4 ms a byte */

struct stored {
    uint8_t id[PAD_ID_BYTES];
    uint8_t crc_high, crc_low;
};

/* In EEPROM: addresses there, never to be read through. */
static struct stored EEMEM stored_id;
static uint8_t EEMEM test_byte;

static uint8_t current[PAD_ID_BYTES];

static struct crc crc_of(const uint8_t *id)
{
    struct crc crc = { 0xFF, 0xFF }; /* not 0: an EEPROM of zeros is no id either */
    for (uint8_t i = 0; i < PAD_ID_BYTES; i++)
        crc = crc_add(crc, id[i]);
    return crc;
}

static bool load(void)
{
    struct stored stored;
    eeprom_read_block(&stored, &stored_id, sizeof stored);
    struct crc crc = crc_of(stored.id);
    bool good = crc.high == stored.crc_high && crc.low == stored.crc_low;
    memset(current, 0, PAD_ID_BYTES);
    if (good)
        memcpy(current, stored.id, PAD_ID_BYTES);
    return good;
}

void padid_init(void)
{
    (void)load();
}

const uint8_t *padid_get(void)
{
    return current;
}

bool padid_stored(void)
{
    return current[0] != 0;
}

bool padid_set(const uint8_t *id)
{
    struct stored wanted;
    struct crc crc = crc_of(id);
    memcpy(wanted.id, id, PAD_ID_BYTES);
    wanted.crc_high = crc.high;
    wanted.crc_low = crc.low;
    for (uint8_t i = 0; i < sizeof wanted; i++) {
        eeprom_update_byte((uint8_t *)&stored_id + i, ((const uint8_t *)&wanted)[i]);
        watchdog_feed();
    }
    return load() && memcmp(current, id, PAD_ID_BYTES) == 0;
}

bool padid_memory_works(void)
{
    uint8_t wanted = (uint8_t)~eeprom_read_byte(&test_byte);
    eeprom_update_byte(&test_byte, wanted);
    return eeprom_read_byte(&test_byte) == wanted;
}
