/*
 * Buzzer and light: what the trainee hears and sees without looking at a screen.
 *
 * Timer 2 makes the tone by itself on its pin OC2B; the main loop only starts and ends it. The rule: a cue ends by the
 * device clock even if the host has gone.
 */
#ifndef RIG_CUE_H
#define RIG_CUE_H

#include <stdbool.h> /* bool */
#include <stdint.h>  /* uint8_t */

#include "command.h" /* enum cue_kind */

void cue_init(void);
void cue_start(uint8_t kind, uint16_t ms, uint32_t now);
void cue_poll(uint32_t now); /* device ticks; once a scan */
bool cue_is_on(void);

#endif
