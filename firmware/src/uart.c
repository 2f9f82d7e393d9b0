/* See uart.h. */
#include "uart.h"

#include <avr/interrupt.h> /* ISR */
#include <avr/io.h>        /* UDR0 */
#include <stddef.h>        /* NULL */

#include "command.h" /* COMMAND_WIRE_MAX */
#include "config.h"  /* UART_RX_vect */
#include "flags.h"   /* UART_PLACE_LOW */

static uint8_t *volatile waiting; /* NULL, or the packet to send next */

/* UCSR0B while nothing is sent: receiver and transmitter on, and its interrupt while we listen. */
#define DEAF (_BV(RXEN0) | _BV(TXEN0))
#define LISTENING (DEAF | _BV(RXCIE0))
static volatile uint8_t silent_ucsrb;

/* Aligned so that one byte tells the place and one bit of it that there is no more room. */
#define RECEIVE_ROOM 32
#define RECEIVE_FULL_BIT 5
static uint8_t received[RECEIVE_ROOM] __attribute__((aligned(2 * RECEIVE_ROOM)));
static volatile uint8_t receive_place; /* low half of the address for the next byte */
static volatile bool spoilt; /* what comes up to the next zero is not a packet; then the buffer is not empty */
static volatile uint8_t deaf_because;
enum { DEAF_PACKET = 1, DEAF_FULL, DEAF_FAULT };

static struct uart_faults faults;

_Static_assert(COMMAND_WIRE_MAX < RECEIVE_ROOM, "the longest command fits");

/*
 * The line can take a byte. Sends the next; after a packet's zero goes on with the waiting packet, or stops.
 *
 * Assembler, because at 1 Mbaud this runs 100,000 times a second: 37 cycles with response and return, 53 at a packet's
 * end, none of which touches the status register.
 */
ISR(UART_UDRE_vect, ISR_NAKED)
{
    __asm__ volatile(
        "push r24\n\t"
        "push r30\n\t"
        "push r31\n\t"
        "in r30, %[place_low]\n\t"
        "in r31, %[place_high]\n\t"
        "ld r24, Z+\n\t"
        "sts %[udr], r24\n\t"
        "out %[place_low], r30\n\t"
        "out %[place_high], r31\n\t"
        "ldi r31, 0\n\t"
        "cpse r24, r31\n\t"
        "rjmp 1f\n\t"
        "lds r30, %[waiting]\n\t" /* that was the packet's zero */
        "lds r31, %[waiting]+1\n\t"
        "out %[place_low], r30\n\t"
        "out %[place_high], r31\n\t"
        "sbic %[flags], %[wanted]\n\t"
        "sbi %[flags], %[wake]\n\t"
        "sts %[waiting]+1, r24\n\t"
        "cpse r31, r24\n\t"
        "rjmp 1f\n\t"
        "lds r24, %[silent]\n\t" /* nothing waits */
        "sts %[ucsrb], r24\n"
        "1:\n\t"
        "pop r31\n\t"
        "pop r30\n\t"
        "pop r24\n\t"
        "reti\n\t"
        :
        : [place_low] "I"(_SFR_IO_ADDR(UART_PLACE_LOW)), [place_high] "I"(_SFR_IO_ADDR(UART_PLACE_HIGH)),
          [flags] "I"(_SFR_IO_ADDR(FLAGS)), [wake] "I"(FLAG_WAKE), [wanted] "I"(FLAG_LINE_WANTED),
          [udr] "n"(_SFR_MEM_ADDR(UDR0)),
          [ucsrb] "n"(_SFR_MEM_ADDR(UCSR0B)), [silent] "i"(&silent_ucsrb), [waiting] "i"(&waiting));
}

/*
 * A byte from the host: keep it. At a packet's zero, a fault, or when there is no more room, say why and stop listening.
 *
 * Assembler, because at 1 Mbaud a talkative host makes this run as often as the sending: 46 cycles with response and
 * return, 64 at most, none of which touches the status register.
 */
ISR(UART_RX_vect, ISR_NAKED)
{
    __asm__ volatile(
        "push r24\n\t"
        "push r30\n\t"
        "push r31\n\t"
        "lds r24, %[ucsra]\n\t"
        "sbrc r24, %[framing_error]\n\t"
        "rjmp 5f\n\t"
        "sbrc r24, %[overrun]\n\t"
        "rjmp 5f\n\t"
        "lds r30, %[place]\n\t"
        "ldi r31, hi8(%[received])\n\t"
        "lds r24, %[udr]\n\t"
        "st Z+, r24\n\t"
        "ldi r31, 0\n\t"
        "cpse r24, r31\n\t"
        "rjmp 1f\n\t"
        "ldi r31, lo8(%[first])\n\t" /* a zero: nothing if the buffer is empty */
        "cpse r30, r31\n\t"
        "rjmp 3f\n\t"
        "rjmp 2f\n"
        "1:\n\t"
        "sts %[place], r30\n\t"
        "sbrc r30, %[full_bit]\n\t"
        "rjmp 4f\n"
        "2:\n\t"
        "pop r31\n\t"
        "pop r30\n\t"
        "pop r24\n\t"
        "reti\n"
        "3:\n\t" /* the end of a packet, or of what spoilt one */
        "lds r30, %[spoilt]\n\t"
        "sbrs r30, 0\n\t"
        "rjmp 6f\n\t"
        "sts %[spoilt], r24\n\t"
        "ldi r30, lo8(%[received])\n\t"
        "sts %[place], r30\n\t"
        "rjmp 2b\n"
        "4:\n\t"
        "ldi r30, %[full]\n\t"
        "rjmp 7f\n"
        "5:\n\t"
        "ldi r30, %[fault]\n\t"
        "rjmp 7f\n"
        "6:\n\t"
        "ldi r30, %[packet]\n"
        "7:\n\t" /* deaf from here */
        "sts %[deaf_because], r30\n\t"
        "ldi r30, %[deaf]\n\t"
        "sts %[silent_ucsrb], r30\n\t"
        "lds r31, %[ucsrb]\n\t"
        "sbrc r31, %[udrie]\n\t"
        "ldi r30, %[deaf_sending]\n\t"
        "sts %[ucsrb], r30\n\t"
        "sbi %[flags], %[wake]\n\t"
        "rjmp 2b\n\t"
        :
        : [ucsra] "n"(_SFR_MEM_ADDR(UCSR0A)), [ucsrb] "n"(_SFR_MEM_ADDR(UCSR0B)), [udr] "n"(_SFR_MEM_ADDR(UDR0)),
          [framing_error] "I"(FE0), [overrun] "I"(DOR0), [udrie] "I"(UDRIE0), [place] "i"(&receive_place),
          [received] "i"(received), [first] "i"(received + 1), [full_bit] "I"(RECEIVE_FULL_BIT),
          [spoilt] "i"(&spoilt), [deaf_because] "i"(&deaf_because), [packet] "M"(DEAF_PACKET), [full] "M"(DEAF_FULL),
          [fault] "M"(DEAF_FAULT), [deaf] "M"(DEAF), [deaf_sending] "M"(DEAF | _BV(UDRIE0)),
          [silent_ucsrb] "i"(&silent_ucsrb), [flags] "I"(_SFR_IO_ADDR(FLAGS)), [wake] "I"(FLAG_WAKE));
}

/* Only while deaf. */
static void empty_buffer(bool spoil)
{
    spoilt = spoil;
    receive_place = (uint8_t)((uint8_t)(uintptr_t)received + spoil);
}

void uart_init(uint8_t baud_divisor)
{
    UART_PLACE_HIGH = 0;
    empty_buffer(false);
    uart_set_divisor(baud_divisor);
    silent_ucsrb = LISTENING;
    UCSR0B = LISTENING;
}

void uart_set_divisor(uint8_t baud_divisor)
{
    UCSR0A = _BV(U2X0); /* before the divisor, which starts the new rate */
    UCSR0C = _BV(UCSZ01) | _BV(UCSZ00);
    UBRR0 = baud_divisor - 1u;
}

/* The interrupts' pointers, read in one go. */
struct places {
    uintptr_t sending; /* high half 0: nothing */
    uint8_t *next;
};

static struct places places(void)
{
    uint8_t status = SREG;
    cli();
    uint8_t low = UART_PLACE_LOW, high = UART_PLACE_HIGH;
    uint8_t *next = waiting;
    SREG = status;
    return (struct places){ (uintptr_t)(high << 8 | low), (uintptr_t)next >> 8 ? next : NULL };
}

static bool is_sending(uintptr_t place)
{
    return place >> 8; /* RAM begins above the first page */
}

bool uart_can_send(void)
{
    return !places().next;
}

/*
 * On a silent line the first byte goes straight to the hardware: the interrupt would come twice running, once for the
 * shift register and once for its buffer, and keep the ADC's waiting for as long.
 */
void uart_send(uint8_t *packet)
{
    uint8_t status = SREG;
    cli();
    bool silent = UART_PLACE_HIGH == 0;
    if (!silent)
        waiting = packet;
    SREG = status;
    if (!silent)
        return;
    if (*packet && (UCSR0A & _BV(UDRE0)))
        UDR0 = *packet++;
    UART_PLACE_LOW = (uint8_t)(uintptr_t)packet;
    UART_PLACE_HIGH = (uint8_t)((uintptr_t)packet >> 8);
    cli();
    UCSR0B |= _BV(UDRIE0);
    SREG = status;
}

bool uart_holds(const uint8_t *packet, uint16_t size)
{
    struct places p = places();
    return p.next == packet || (is_sending(p.sending) && p.sending >= (uintptr_t)packet &&
                                p.sending - (uintptr_t)packet < size);
}

bool uart_withdraw(const uint8_t *packet)
{
    uint8_t status = SREG;
    cli();
    bool withdrawn = waiting == packet;
    if (withdrawn)
        waiting = NULL;
    SREG = status;
    return withdrawn;
}

bool uart_idle(void)
{
    struct places p = places();
    return !is_sending(p.sending) && !p.next;
}

uint8_t uart_received(uint8_t **packet)
{
    *packet = received;
    return deaf_because == DEAF_PACKET ? (uint8_t)(receive_place - (uint8_t)(uintptr_t)received) : 0;
}

void uart_forget(void)
{
    deaf_because = 0;
    empty_buffer(false);
}

/*
 * What arrived meanwhile is lost, all but a few bytes of it in the hardware; unless it ended with a zero, the rest of
 * that packet is to come and must not be taken for one.
 */
void uart_listen(void)
{
    if ((UCSR0B & _BV(RXCIE0)) || deaf_because == DEAF_PACKET)
        return; /* a packet that came this very moment is not lost */
    bool counted = spoilt, lost = deaf_because == DEAF_FULL, spoil = spoilt || lost;
    while (UCSR0A & _BV(RXC0)) {
        uint8_t status = UCSR0A;
        if (status & _BV(FE0))
            faults.broken++;
        spoil = UDR0 != 0;
        lost = lost || spoil || (status & _BV(DOR0));
    }
    if (lost && !counted) /* once a packet, however long */
        faults.lost++;
    deaf_because = 0;
    empty_buffer(spoil);
    uint8_t status = SREG;
    cli();
    silent_ucsrb = LISTENING;
    UCSR0B |= _BV(RXCIE0);
    SREG = status;
}

struct uart_faults uart_take_faults(void)
{
    struct uart_faults taken = faults;
    faults.broken = faults.lost = 0;
    return taken;
}
