/*
 * The analogue-to-digital converter as the datasheets describe it, in place of simavr's.
 *
 * ATmega640/1280/1281/2560/2561 datasheet, chapter 26: input and reference are latched when a conversion starts;
 * sample-and-hold 1.5 ADC clocks later, result after 13 (13.5 and 25 for the first after switching on); in free
 * running the next conversion starts at once. Reading ADCL locks the result until ADCH is read. The rule: all
 * instants are counted from the prescaler's own edges, never from when the program happened to look.
 * Not modelled: other trigger sources, differential inputs, the temperature sensor, noise, and the slow start
 * of the band-gap reference.
 *
 * This file is part of the simulated board of the massage practice rig.
 * It links libsimavr and is therefore, unlike the rest of the rig, free software under the GNU General Public
 * License, version 3 or (at your option) any later version, without any warranty: see firmware/sim/LICENSE.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "board.h"

enum { ADEN = 0x80, ADSC = 0x40, ADATE = 0x20, ADIF = 0x10, ADIE = 0x08, ADPS = 0x07 };
enum { ADLAR = 0x20, MUX5 = 0x08, ADTS = 0x07, INPUT_ADC8 = 0x20 };

static void start(struct board *board, uint64_t at)
{
    struct adc *adc = &board->adc;
    const uint8_t *data = board->avr->data;
    unsigned power = data[REG_ADCSRA] & ADPS;
    adc->busy = true;
    adc->held = false;
    adc->started_at = at;
    adc->prescaler = 1u << (power ? power : 1);
    adc->admux = data[REG_ADMUX];
    adc->input = (uint8_t)((data[REG_ADMUX] & 0x1F) | ((data[REG_ADCSRB] & MUX5) << 2));
}

static uint64_t hold_at(const struct board *board)
{
    const struct adc *adc = &board->adc;
    double clocks = board->hold_clocks + (adc->first ? 12.0 : 0.0);
    return adc->started_at + (uint64_t)(adc->prescaler * clocks);
}

static uint64_t done_at(const struct adc *adc)
{
    return adc->started_at + adc->prescaler * (adc->first ? 25u : 13u);
}

static double reference_mv(const struct board *board)
{
    switch (board->adc.admux >> 6) {
    case 3:
        return board->avr->address_size == 3 ? 2560.0 : 1100.0;
    case 2:
        return 1100.0; /* reserved on the 328P */
    default:
        return board->supply_mv; /* AREF is wired to the supply */
    }
}

static double input_mv(struct board *board, uint64_t at, struct sample *sample)
{
    bool large = board->avr->address_size == 3;
    uint8_t input = board->adc.input;
    if (input == (large ? 0x1E : 0x0E))
        return board->bandgap_mv;
    if (input == (large ? 0x1F : 0x0F))
        return board->ground_mv;
    if (large && input >= INPUT_ADC8 && input < INPUT_ADC8 + 8)
        return 1000.0 * wiring_volts(board, (uint8_t)(input - INPUT_ADC8 + 8), at, sample);
    return input < 8 ? 1000.0 * wiring_volts(board, input, at, sample) : 0.0;
}

static void hold(struct board *board, uint64_t at)
{
    struct adc *adc = &board->adc;
    struct sample sample = { .held_at = at, .channel = -1, .admux = (adc->admux & 0xC0) | adc->input };
    double counts = input_mv(board, at, &sample) * 1024.0 / reference_mv(board);
    sample.value = counts <= 0.0 ? 0 : counts >= 1023.0 ? 1023 : (uint16_t)counts;
    adc->result = sample.value;
    adc->held = true;
    if (board->keep_samples)
        *(struct sample *)list_add(&board->samples) = sample;
}

static void publish(struct board *board)
{
    struct adc *adc = &board->adc;
    uint8_t *data = board->avr->data;
    uint16_t value = (uint16_t)(data[REG_ADMUX] & ADLAR ? adc->result << 6 : adc->result);
    board->counters.conversions++;
    if (adc->locked || (data[REG_ADCSRA] & ADIF))
        board->counters.conversions_lost++;
    if (!adc->locked) {
        data[REG_ADCL] = (uint8_t)value;
        data[REG_ADCH] = (uint8_t)(value >> 8);
    }
    adc->busy = false;
    adc->first = false;
    avr_raise_interrupt(board->avr, adc->vector);
}

static avr_cycle_count_t step(struct avr_t *avr, avr_cycle_count_t when, void *param)
{
    struct board *board = param;
    struct adc *adc = &board->adc;
    if (!adc->held) {
        hold(board, when);
        return done_at(adc);
    }
    publish(board);
    if ((avr->data[REG_ADCSRA] & ADATE) && !(avr->data[REG_ADCSRB] & ADTS)) {
        start(board, when);
        return hold_at(board);
    }
    avr->data[REG_ADCSRA] &= (uint8_t)~ADSC;
    return 0;
}

static void write_adcsra(struct avr_t *avr, avr_io_addr_t address, uint8_t value, void *param)
{
    struct board *board = param;
    struct adc *adc = &board->adc;
    uint8_t old = avr->data[address];
    bool flag = (old & ADIF) && !(value & ADIF); /* writing 1 clears it */

    if ((old & ADIF) && (value & ADIF))
        avr_clear_interrupt(avr, adc->vector);
    value = (uint8_t)((value & ~ADIF) | (flag ? ADIF : 0));
    if (!(value & ADEN)) {
        avr_cycle_timer_cancel(avr, step, board);
        adc->busy = false;
        value &= (uint8_t)~ADSC;
    } else if (!(old & ADEN)) {
        adc->first = true;
        adc->clock_origin = avr->cycle + 2; /* STS takes two cycles */
    }
    if (adc->busy)
        value |= ADSC;
    avr->data[address] = value;
    if ((value & ADSC) && !adc->busy) {
        uint32_t prescaler = 1u << ((value & ADPS) ? (value & ADPS) : 1);
        uint64_t since = avr->cycle + 2 - adc->clock_origin;
        start(board, adc->clock_origin + (since + prescaler - 1) / prescaler * prescaler);
        avr_cycle_timer_register(avr, hold_at(board) - avr->cycle, step, board);
    }
    if (flag && (value & ADIE))
        avr_raise_interrupt(avr, adc->vector);
}

static void write_plain(struct avr_t *avr, avr_io_addr_t address, uint8_t value, void *param)
{
    (void)param;
    avr->data[address] = value;
}

static uint8_t read_low(struct avr_t *avr, avr_io_addr_t address, void *param)
{
    ((struct board *)param)->adc.locked = true;
    return avr->data[address];
}

static uint8_t read_high(struct avr_t *avr, avr_io_addr_t address, void *param)
{
    ((struct board *)param)->adc.locked = false;
    return avr->data[address];
}

void adc_reset(struct board *board)
{
    avr_int_vector_t *vector = board->adc.vector;
    board->adc = (struct adc){ .vector = vector };
}

void adc_attach(struct board *board, uint8_t vector)
{
    avr_t *avr = board->avr;
    board->adc.vector = board_vector(board, vector);
    avr->io[AVR_DATA_TO_IO(REG_ADCSRA)].w.c = write_adcsra;
    avr->io[AVR_DATA_TO_IO(REG_ADCSRA)].w.param = board;
    avr->io[AVR_DATA_TO_IO(REG_ADCSRB)].w.c = write_plain;
    avr->io[AVR_DATA_TO_IO(REG_ADCL)].r.c = read_low;
    avr->io[AVR_DATA_TO_IO(REG_ADCL)].r.param = board;
    avr->io[AVR_DATA_TO_IO(REG_ADCH)].r.c = read_high;
    avr->io[AVR_DATA_TO_IO(REG_ADCH)].r.param = board;
}
