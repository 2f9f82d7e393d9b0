/*
 * Commands from the host: what they are and whether they are in order (PROTOCOL.md, "From the host").
 *
 * Checking is separate from doing, so that it compiles on the host and can be fuzzed. The rule: what command_parse
 * returns can be carried out without looking at a length or a range again.
 */
#ifndef RIG_COMMAND_H
#define RIG_COMMAND_H

#include <stdbool.h> /* bool */
#include <stdint.h>  /* uint8_t */

#define PAD_ID_BYTES 16
#define COMMAND_BODY_MAX 24
#define COMMAND_WIRE_MAX (COMMAND_BODY_MAX + 3) /* with CRC and one code byte, without terminator */
#define CUE_MS_MAX 5000

enum command_type {
    COMMAND_HELLO = 0x81,
    COMMAND_START,
    COMMAND_STOP,
    COMMAND_SET_RATE,
    COMMAND_SET_BAUD,
    COMMAND_SET_PAD_ID,
    COMMAND_CUE,
    COMMAND_SELF_TEST,
    COMMAND_STATUS,
};

enum command_result {
    RESULT_DONE,
    RESULT_UNKNOWN,
    RESULT_OUT_OF_RANGE,
    RESULT_NOT_WHILE_STREAMING,
    RESULT_HARDWARE,
};

enum cue_kind { CUE_OFF, CUE_SPINE_ALARM, CUE_TICK, CUE_ACCENT, CUE_KINDS };

enum command_verdict {
    COMMAND_GOOD,
    COMMAND_DAMAGED, /* not a packet, or a type from which no command can come: counted, not answered */
    COMMAND_REFUSED, /* answered at once with `result` */
};

struct command {
    uint8_t type, tag;
    uint8_t result; /* enum command_result, for a refused one */
    union {
        struct {
            uint8_t prescaler, extra;
        } rate;
        uint32_t baud;
        uint8_t pad_id[PAD_ID_BYTES];
        struct {
            uint8_t kind;
            uint16_t ms;
        } cue;
    };
};

/* A packet without its terminator; decoded in place. */
enum command_verdict command_parse(struct command *command, uint8_t *packet, uint8_t size);

/* Whether a command is refused while frames are streaming. */
bool command_needs_quiet(uint8_t type);

#endif
