/*
 * What hangs on the pins: sixteen-to-one multiplexers in front of ADC inputs, a buzzer, a light, a load cell amplifier.
 *
 * The wiring is a text of words, one per part:   adc8=A4A5A6A7   (select lines, lowest first)   buzzer=E3  light=B7
 * load=E4E5 (data, clock). A pin `--` is a broken wire. Multiplexers are numbered in the text's order; channel = input x
 * muxes + mux (PROTOCOL.md). When select lines move, a multiplexer's output goes from where it was to the new sensor's
 * voltage as 1 - exp(-t/tau): the source resistance of a divider against the multiplexer's and the wire's capacitance.
 * Settling is thereby tested.
 *
 * This file is part of the simulated board of the massage practice rig.
 * It links libsimavr and is therefore, unlike the rest of the rig, free software under the GNU General Public
 * License, version 3 or (at your option) any later version, without any warranty: see firmware/sim/LICENSE.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include <simavr/avr_ioport.h>

#include "board.h"

static double sensor_volts(const struct board *board, const struct mux *mux, uint16_t *ideal)
{
    unsigned channel = mux->select * board->muxes + (unsigned)(mux - board->mux);
    uint16_t counts = board->counts[channel];
    if (counts > 1023)
        counts = 1023;
    *ideal = counts;
    /* The middle of the step: exactly these counts once it has settled. */
    return (counts + 0.5) * board->supply_mv / 1024e3;
}

static double output_volts(const struct board *board, const struct mux *mux, uint64_t at, uint16_t *ideal)
{
    double target = sensor_volts(board, mux, ideal);
    double since = at > mux->moved_at ? (double)(at - mux->moved_at) : 0.0;
    if (since > 40.0 * board->settle_cycles)
        return target;
    return target + (mux->from_volts - target) * exp(-since / board->settle_cycles);
}

double wiring_volts(struct board *board, uint8_t adc_input, uint64_t at, struct sample *sample)
{
    for (unsigned i = 0; i < board->muxes; i++) {
        const struct mux *mux = &board->mux[i];
        if (mux->adc == adc_input) {
            uint64_t since = at > mux->moved_at ? at - mux->moved_at : 0;
            sample->channel = (int16_t)(mux->select * board->muxes + i);
            sample->settled = since > UINT32_MAX ? UINT32_MAX : (uint32_t)since;
            return output_volts(board, mux, at, &sample->ideal);
        }
    }
    return 0.0; /* an input with nothing on it */
}

static void pins_changed(struct board *board)
{
    /* A port takes its new value at the end of the instruction; OUT takes one cycle. */
    uint64_t now = board->avr->cycle + 1;
    load_cell_clock(board, now);
    for (unsigned i = 0; i < board->muxes; i++) {
        struct mux *mux = &board->mux[i];
        uint8_t select = 0;
        for (int line = 0; line < 4; line++)
            select |= (uint8_t)(((board->pins[mux->port[line]] >> mux->bit[line]) & 1) << line);
        if (select != mux->select) {
            uint16_t ideal;
            mux->from_volts = output_volts(board, mux, now, &ideal);
            mux->select = select;
            mux->moved_at = now;
        }
    }
    for (uint32_t pin = 0; pin < CUE_PINS; pin++) {
        uint32_t *level = pin == PIN_BUZZER ? &board->counters.buzzer : &board->counters.light;
        uint32_t is = board->cue_port[pin] < 0 ? 0 : (board->pins[board->cue_port[pin]] >> board->cue_bit[pin]) & 1u;
        if (is == *level)
            continue;
        *level = is;
        board->counters.buzzer_edges += pin == PIN_BUZZER;
        if (board->keep_edges)
            *(struct edge *)list_add(&board->edges) = (struct edge){ .at = now, .pin = pin, .level = is };
    }
}

static void on_pins(struct avr_irq_t *irq, uint32_t value, void *param)
{
    const struct port_hook *hook = param;
    (void)irq;
    if (hook->board->pins[hook->port] == (uint8_t)value)
        return;
    hook->board->pins[hook->port] = (uint8_t)value;
    pins_changed(hook->board);
}

void wiring_attach(struct board *board)
{
    for (int port = 0; port < PORTS; port++) {
        avr_irq_t *irq = avr_io_getirq(board->avr, AVR_IOCTL_IOPORT_GETIRQ('A' + port), IOPORT_IRQ_PIN_ALL);
        board->hooks[port] = (struct port_hook){ board, port };
        if (irq)
            avr_irq_register_notify(irq, on_pins, &board->hooks[port]);
    }
}

void wiring_reset(struct board *board)
{
    memset(board->pins, 0, sizeof board->pins);
    pins_changed(board);
}

static bool read_pin(const char **text, uint8_t *port, uint8_t *bit)
{
    char letter = (*text)[0], digit = letter ? (*text)[1] : 0;
    if (letter == '-' && digit == '-') { /* a broken wire: low, for the multiplexer pulls it down */
        *port = PORTS;
        *bit = 0;
        *text += 2;
        return true;
    }
    if (letter < 'A' || letter > 'L' || digit < '0' || digit > '7')
        return false;
    *port = (uint8_t)(letter - 'A');
    *bit = (uint8_t)(digit - '0');
    *text += 2;
    return true;
}

static bool read_word(struct board *board, const char *word)
{
    unsigned adc;
    int used = 0;
    if (sscanf(word, "adc%u=%n", &adc, &used) == 1 && used && adc < 16 && board->muxes < MUXES_MAX) {
        struct mux *mux = &board->mux[board->muxes++];
        mux->adc = (uint8_t)adc;
        word += used;
        for (int line = 0; line < 4; line++)
            if (!read_pin(&word, &mux->port[line], &mux->bit[line]))
                return false;
        return *word == 0;
    }
    if (!strncmp(word, "load=", 5)) {
        struct load_cell *cell = &board->load;
        word += 5;
        cell->wired = read_pin(&word, &cell->data_port, &cell->data_bit)
                      && read_pin(&word, &cell->clock_port, &cell->clock_bit) && cell->data_port < PORTS;
        return cell->wired && *word == 0;
    }
    for (int pin = 0; pin < CUE_PINS; pin++) {
        const char *name = pin == PIN_BUZZER ? "buzzer=" : "light=";
        uint8_t port;
        if (strncmp(word, name, strlen(name)))
            continue;
        word += strlen(name);
        if (!read_pin(&word, &port, &board->cue_bit[pin]))
            return false;
        board->cue_port[pin] = (int8_t)port;
        return *word == 0;
    }
    return false;
}

bool wiring_read(struct board *board, const char *text, char *error, size_t error_size)
{
    char copy[1024], *rest = NULL;
    board->cue_port[PIN_BUZZER] = board->cue_port[PIN_LIGHT] = -1;
    if (strlen(text) >= sizeof copy) {
        snprintf(error, error_size, "the wiring is longer than %zu characters", sizeof copy - 1);
        return false;
    }
    strcpy(copy, text);
    for (char *word = strtok_r(copy, " ", &rest); word; word = strtok_r(NULL, " ", &rest))
        if (!read_word(board, word)) {
            snprintf(error, error_size, "the wiring's word '%s' is not understood", word);
            return false;
        }
    return true;
}
