/*
 * USART 0 as the datasheets describe it, in place of simavr's, and the wire to its peer.
 *
 * ATmega640/1280/1281/2560/2561 datasheet, chapter 22: a transmit buffer behind a shift register; a receive
 * buffer two deep behind a third byte in the shift register, and an overrun flag on the byte after a loss.
 * Frames are 8N1, ten bits. A peer at a rate more than 4 % off hears and says garbage, with framing errors.
 * The rule: receive and data-empty interrupts are levels. They are asked for again whenever the flags or the
 * enables may have changed and when an interrupt returns.
 *
 * This file is part of the simulated board of the massage practice rig.
 * It links libsimavr and is therefore, unlike the rest of the rig, free software under the GNU General Public
 * License, version 3 or (at your option) any later version, without any warranty: see firmware/sim/LICENSE.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <math.h>
#include <string.h>

#include "board.h"

enum { RXC = 0x80, TXC = 0x40, UDRE = 0x20, FE = 0x10, DOR = 0x08, U2X = 0x02, WRITABLE_A = 0x03 };
enum { RXCIE = 0x80, TXCIE = 0x40, UDRIE = 0x20, RXEN = 0x10, TXEN = 0x08 };
enum { BITS_8N1 = 10, OVERRUN_BEFORE = 0x200 };

uint32_t uart_cycles_per_bit(const struct board *board)
{
    const uint8_t *data = board->avr->data;
    uint32_t divisor = (data[REG_UBRRL] | (data[REG_UBRRH] & 0x0Fu) << 8) + 1u;
    return divisor * (data[REG_UCSRA] & U2X ? 8u : 16u);
}

static uint32_t peer_cycles_per_bit(const struct board *board)
{
    return board->uart.peer_cycles_per_bit ? board->uart.peer_cycles_per_bit : uart_cycles_per_bit(board);
}

static bool rates_agree(uint32_t one, uint32_t other)
{
    return fabs((double)one / other - 1.0) < 0.04;
}

static void ask(avr_t *avr, avr_int_vector_t *vector, bool flag, bool enabled)
{
    if (flag && enabled)
        avr_raise_interrupt(avr, vector);
    else
        vector->pending = 0;
}

void uart_levels(struct board *board)
{
    struct uart *uart = &board->uart;
    uint8_t *data = board->avr->data;
    uint8_t status = data[REG_UCSRA] & (TXC | WRITABLE_A);
    uint8_t enables = data[REG_UCSRB];
    if (uart->fifo_count) {
        status |= RXC;
        status |= uart->fifo[0] & LINE_BROKEN ? FE : 0;
        status |= uart->fifo[0] & OVERRUN_BEFORE ? DOR : 0;
    }
    if (uart->tx_buffer < 0)
        status |= UDRE;
    data[REG_UCSRA] = status;
    ask(board->avr, uart->rxc, status & RXC, enables & RXCIE);
    ask(board->avr, uart->udre, status & UDRE, enables & UDRIE);
    ask(board->avr, uart->txc, status & TXC, enables & TXCIE);
    data[REG_UCSRA] = status; /* raising sets flags of its own */
}

/* ---- receiving ---- */

static void push_received(struct uart *uart, uint16_t byte)
{
    if (uart->overrun)
        byte |= OVERRUN_BEFORE;
    uart->overrun = false;
    uart->fifo[uart->fifo_count++] = byte;
}

static void receive(struct board *board, uint16_t byte)
{
    struct uart *uart = &board->uart;
    board->counters.rx_bytes++;
    if (!(board->avr->data[REG_UCSRB] & RXEN))
        return;
    if (!rates_agree(peer_cycles_per_bit(board), uart_cycles_per_bit(board)))
        byte = (uint16_t)(((byte * 0x9Du) ^ 0x5Au) & 0xFF) | LINE_BROKEN;
    if (uart->fifo_count < 2) {
        push_received(uart, byte);
    } else {
        if (uart->rx_shift >= 0) {
            board->counters.rx_overruns++; /* the waiting byte is overwritten */
            uart->overrun = true;
        }
        uart->rx_shift = byte;
    }
    uart_levels(board);
}

static avr_cycle_count_t received(struct avr_t *avr, avr_cycle_count_t when, void *param)
{
    struct board *board = param;
    uint16_t byte;
    (void)avr;
    list_take(&board->uart.line, &byte, 1);
    receive(board, byte);
    if (board->uart.line.count)
        return when + BITS_8N1 * peer_cycles_per_bit(board);
    board->uart.rx_busy = false;
    return 0;
}

void uart_listen(struct board *board)
{
    if (board->uart.rx_busy || !board->uart.line.count)
        return;
    board->uart.rx_busy = true;
    avr_cycle_timer_register(board->avr, BITS_8N1 * peer_cycles_per_bit(board), received, board);
}

static uint8_t read_udr(struct avr_t *avr, avr_io_addr_t address, void *param)
{
    struct board *board = param;
    struct uart *uart = &board->uart;
    uint8_t byte = (uint8_t)uart->fifo[0];
    (void)avr;
    (void)address;
    if (!uart->fifo_count)
        return byte;
    uart->fifo[0] = uart->fifo[1];
    uart->fifo_count--;
    if (uart->rx_shift >= 0) {
        push_received(uart, (uint16_t)uart->rx_shift);
        uart->rx_shift = -1;
    }
    uart_levels(board);
    return byte;
}

/* ---- sending ---- */

static void load_shift(struct board *board, uint8_t byte)
{
    board->uart.tx_shift = byte;
    board->uart.tx_busy = true;
    board->uart.tx_cycles_per_bit = uart_cycles_per_bit(board);
}

static avr_cycle_count_t sent(struct avr_t *avr, avr_cycle_count_t when, void *param)
{
    struct board *board = param;
    struct uart *uart = &board->uart;
    struct sent_byte byte = { .done_at = when, .cycles_per_bit = uart->tx_cycles_per_bit, .value = uart->tx_shift };
    if (!rates_agree(byte.cycles_per_bit, peer_cycles_per_bit(board)))
        byte.value = (byte.value * 0xB5u ^ 0xA5u) & 0xFF;
    *(struct sent_byte *)list_add(&board->sent) = byte;
    board->counters.tx_bytes++;
    uart->tx_busy = false;
    if (uart->tx_buffer >= 0) {
        load_shift(board, (uint8_t)uart->tx_buffer);
        uart->tx_buffer = -1;
        uart_levels(board);
        return when + BITS_8N1 * uart->tx_cycles_per_bit;
    }
    avr->data[REG_UCSRA] |= TXC;
    uart_levels(board);
    return 0;
}

static void write_udr(struct avr_t *avr, avr_io_addr_t address, uint8_t value, void *param)
{
    struct board *board = param;
    struct uart *uart = &board->uart;
    (void)address;
    if (!(avr->data[REG_UCSRB] & TXEN))
        return;
    if (!uart->tx_busy) {
        load_shift(board, value);
        avr_cycle_timer_register(avr, BITS_8N1 * uart->tx_cycles_per_bit, sent, board);
    } else if (uart->tx_buffer < 0) {
        uart->tx_buffer = value;
    } else {
        board->counters.tx_lost++; /* a write while UDRE is 0 is ignored */
    }
    uart_levels(board);
}

/* ---- registers ---- */

static void write_status(struct avr_t *avr, avr_io_addr_t address, uint8_t value, void *param)
{
    uint8_t kept = avr->data[address] & (uint8_t)~WRITABLE_A;
    if (value & TXC)
        kept &= (uint8_t)~TXC;
    avr->data[address] = kept | (value & WRITABLE_A);
    uart_levels(param);
}

static void write_control(struct avr_t *avr, avr_io_addr_t address, uint8_t value, void *param)
{
    struct board *board = param;
    avr->data[address] = value;
    if (!(value & RXEN)) { /* switching the receiver off flushes it */
        board->uart.fifo_count = 0;
        board->uart.rx_shift = -1;
        board->uart.overrun = false;
    }
    uart_levels(board);
}

static void write_divisor(struct avr_t *avr, avr_io_addr_t address, uint8_t value, void *param)
{
    (void)param;
    avr->data[address] = value;
}

void uart_reset(struct board *board)
{
    struct uart *uart = &board->uart;
    uint8_t *data = board->avr->data;
    uart->fifo_count = 0;
    uart->rx_shift = uart->tx_buffer = -1;
    uart->overrun = uart->rx_busy = uart->tx_busy = false;
    data[REG_UCSRA] = UDRE;
    data[REG_UCSRB] = 0;
    data[REG_UCSRC] = 0x06;
    uart_listen(board);
}

void uart_attach(struct board *board, uint8_t first_vector)
{
    avr_t *avr = board->avr;
    static const struct {
        avr_io_addr_t address;
        avr_io_read_t read;
        avr_io_write_t write;
    } registers[] = {
        { REG_UDR, read_udr, write_udr },
        { REG_UCSRA, NULL, write_status },
        { REG_UCSRB, NULL, write_control },
        { REG_UBRRL, NULL, write_divisor },
    };
    for (size_t i = 0; i < sizeof registers / sizeof *registers; i++) {
        avr_io_addr_t io = AVR_DATA_TO_IO(registers[i].address);
        avr->io[io].r.c = registers[i].read;
        avr->io[io].r.param = board;
        avr->io[io].w.c = registers[i].write;
        avr->io[io].w.param = board;
    }
    board->uart.rxc = board_vector(board, first_vector);
    board->uart.udre = board_vector(board, first_vector + 1);
    board->uart.txc = board_vector(board, first_vector + 2);
}
