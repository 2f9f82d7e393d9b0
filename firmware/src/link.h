/*
 * Packets on their way out: two frames in turn, and one answer.
 *
 * The rule: a buffer is encoded into only while no interrupt can be reading it; a frame goes out whole or not at all.
 */
#ifndef RIG_LINK_H
#define RIG_LINK_H

#include <stdbool.h> /* bool */
#include <stdint.h>  /* uint8_t */

#include "command.h" /* PAD_ID_BYTES */
#include "config.h"  /* CHANNELS */
#include "frame.h"   /* FRAME_WIRE_BYTES */

#define LINK_FRAME_BYTES FRAME_WIRE_BYTES(FRAME_SCAN_BODY(CHANNELS))
#define LINK_ANSWER_BODY_MAX (28 + PAD_ID_BYTES) /* hello */
#define LINK_STATUS_BODY 28
#define LINK_LOAD_BODY 10

/* Where the next frame may be encoded; NULL while both buffers are in use. Then link_send_frame() that buffer. */
uint8_t *link_frame_buffer(void);
void link_send_frame(uint8_t *buffer);
void link_withdraw_frame(void); /* the one that has not begun, if any */

bool link_can_answer(void);
void link_answer(const uint8_t *body, uint8_t size); /* only if link_can_answer() */
void link_clear_line(void);                          /* a zero before the next answer */

void link_poll(void); /* hands on what waits */
bool link_quiet(void); /* all is handed to the hardware; if not, the main loop is woken when it is */

#endif
