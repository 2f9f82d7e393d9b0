/*
 * Commands carried out and answered.
 *
 * The rule: one command at a time; the next is listened for when the answer to the last is on its way.
 */
#ifndef RIG_CONTROL_H
#define RIG_CONTROL_H

#include <stdbool.h> /* bool */

void control_init(void);
void control_poll(bool scan_passed); /* the main loop's every turn; whether a scan has passed since the last */

#endif
