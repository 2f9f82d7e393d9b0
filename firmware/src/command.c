/* See command.h. */
#include "command.h"

#include <string.h> /* memcpy */

#include "frame.h" /* frame_decode */

#define HEAD 2 /* type and tag */

static uint8_t payload_size(uint8_t type)
{
    switch (type) {
    case COMMAND_SET_RATE:
        return 2;
    case COMMAND_SET_BAUD:
        return 4;
    case COMMAND_SET_PAD_ID:
        return PAD_ID_BYTES;
    case COMMAND_CUE:
        return 3;
    default:
        return 0;
    }
}

/* Printable ASCII, then zeros to the end. */
static bool is_pad_id(const uint8_t *id)
{
    uint8_t i = 0;
    while (i < PAD_ID_BYTES && id[i] >= ' ' && id[i] <= '~')
        i++;
    while (i < PAD_ID_BYTES && id[i] == 0)
        i++;
    return i == PAD_ID_BYTES;
}

static bool read_payload(struct command *command, const uint8_t *payload)
{
    switch (command->type) {
    case COMMAND_SET_RATE:
        command->rate.prescaler = payload[0];
        command->rate.extra = payload[1];
        return payload[0] == 16 || payload[0] == 32 || payload[0] == 64 || payload[0] == 128;
    case COMMAND_SET_BAUD:
        command->baud = (uint32_t)payload[3] << 24 | (uint32_t)payload[2] << 16 | (uint32_t)payload[1] << 8 |
                        payload[0];
        return command->baud != 0;
    case COMMAND_SET_PAD_ID:
        memcpy(command->pad_id, payload, PAD_ID_BYTES);
        return is_pad_id(payload);
    case COMMAND_CUE:
        command->cue.kind = payload[0];
        command->cue.ms = (uint16_t)(payload[2] << 8 | payload[1]);
        return command->cue.kind < CUE_KINDS && command->cue.ms <= CUE_MS_MAX;
    default:
        return true;
    }
}

enum command_verdict command_parse(struct command *command, uint8_t *packet, uint8_t size)
{
    uint8_t body = frame_decode(packet, size);
    if (body < HEAD || body > COMMAND_BODY_MAX || packet[0] < COMMAND_HELLO)
        return COMMAND_DAMAGED;
    command->type = packet[0];
    command->tag = packet[1];
    if (command->type > COMMAND_STATUS) {
        command->result = RESULT_UNKNOWN;
        return COMMAND_REFUSED;
    }
    if (body != HEAD + payload_size(command->type))
        return COMMAND_DAMAGED;
    if (!read_payload(command, packet + HEAD)) {
        command->result = RESULT_OUT_OF_RANGE;
        return COMMAND_REFUSED;
    }
    return COMMAND_GOOD;
}

bool command_needs_quiet(uint8_t type)
{
    return type == COMMAND_SET_RATE || type == COMMAND_SET_BAUD || type == COMMAND_SET_PAD_ID ||
           type == COMMAND_SELF_TEST;
}
