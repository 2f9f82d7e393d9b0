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

static uint8_t received[COMMAND_WIRE_MAX];
static volatile uint8_t received_size;
static volatile bool received_whole;
static volatile bool spoilt; /* what comes up to the next zero is not a packet */
static volatile struct uart_faults faults;

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
          [flags] "I"(_SFR_IO_ADDR(FLAGS)), [wake] "I"(FLAG_WAKE), [wanted] "I"(FLAG_LINE_WANTED), [udr] "n"(_SFR_MEM_ADDR(UDR0)),
          [ucsrb] "n"(_SFR_MEM_ADDR(UCSR0B)), [silent] "i"(&silent_ucsrb), [waiting] "i"(&waiting));
}

/* Only where no interrupt can come between. */
static inline void set_listening(uint8_t ucsrb)
{
    silent_ucsrb = ucsrb;
    UCSR0B = ucsrb | (UCSR0B & _BV(UDRIE0));
}

static inline void stop_listening(void)
{
    set_listening(DEAF);
    FLAGS |= _BV(FLAG_WAKE);
}

/* A byte from the host: keep it, or end the packet at its zero. Commands are rare; this may be C. */
ISR(UART_RX_vect)
{
    uint8_t status = UCSR0A, byte = UDR0;
    if (status & (_BV(FE0) | _BV(DOR0))) {
        spoilt = true;
        if (status & _BV(FE0))
            faults.broken++;
        else
            faults.lost++;
    }
    uint8_t size = received_size;
    if (byte) {
        if (size < sizeof received) {
            received[size] = byte;
            received_size = size + 1;
            return;
        }
        if (!spoilt)
            faults.lost++;
        spoilt = true;
        stop_listening();
    } else if (size && !spoilt) {
        received_whole = true;
        stop_listening();
    } else {
        received_size = 0;
        spoilt = false;
    }
}

void uart_init(uint8_t baud_divisor)
{
    UART_PLACE_HIGH = 0;
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
    return received_whole ? received_size : 0;
}

void uart_forget(void)
{
    received_whole = false;
    received_size = 0;
}

/*
 * What arrived meanwhile is lost, all but a few bytes of it in the hardware; unless it ended with a zero, the rest of
 * that packet is to come and must not be taken for one.
 */
void uart_listen(void)
{
    if (UCSR0B & _BV(RXCIE0))
        return;
    bool lost = false;
    while (UCSR0A & _BV(RXC0)) {
        if (UCSR0A & _BV(DOR0))
            lost = true;
        uint8_t byte = UDR0;
        spoilt = byte != 0;
        lost = lost || byte;
    }
    if (lost)
        faults.lost++;
    uart_forget();
    uint8_t status = SREG;
    cli();
    set_listening(LISTENING);
    SREG = status;
}

struct uart_faults uart_take_faults(void)
{
    uint8_t status = SREG;
    cli();
    struct uart_faults taken = { faults.broken, faults.lost };
    faults.broken = faults.lost = 0;
    SREG = status;
    return taken;
}
