/*
 * An HX711 load cell amplifier beside the scan (its datasheet: "Serial Interface", figures 2 and 3).
 *
 * The amplifier says that a reading is ready by pulling its data line low; an interrupt keeps that moment and nothing else.
 * The main loop clocks the reading out. The rule: each clock pulse is as long with interrupts as without, so that it
 * can never reach the 60 us that switch the amplifier off, and no scan waits for more than one pulse.
 */
#ifndef RIG_LOADCELL_H
#define RIG_LOADCELL_H

#include <stdbool.h> /* bool */
#include <stdint.h>  /* uint32_t */

/* The fastest amplifier makes 80 readings a second by an oscillator that need not be exact: a fifth more. */
#define LOADCELL_READINGS_PER_S 96

struct loadcell_reading {
    uint32_t ticks; /* when it became ready */
    int32_t raw;    /* 24 bits, sign-extended */
    bool saturated;
};

void loadcell_init(void); /* resets the amplifier: its first reading comes after 50 or 400 ms */

void loadcell_poll(void);          /* the main loop's every turn: clocks a reading out that is ready */
void loadcell_watch(uint32_t now); /* then once a scan: looks for an amplifier that came or went */

bool loadcell_present(void);                          /* an amplifier drives its data line */
bool loadcell_take(struct loadcell_reading *reading); /* the last reading, once; false if there is none */

#endif
