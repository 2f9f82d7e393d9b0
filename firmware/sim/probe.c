/*
 * A tiny program for an AVR that tests the simulated board, not the rig: it does what the datasheet says must have a
 * known outcome. After reset it sends 'B' and MCUSR at 1 Mbaud; then each byte received starts one experiment.
 *
 * This file is part of the simulated board of the massage practice rig; licence as in firmware/sim/LICENSE.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <avr/interrupt.h>
#include <avr/io.h>
#include <avr/sleep.h>
#include <avr/wdt.h>
#include <util/delay.h>

#ifdef __AVR_ATmega2560__
#define SELECT_DDR DDRA
#define SELECT PORTA
#else
#define SELECT_DDR DDRB
#define SELECT PORTB
#endif
#ifndef USART0_RX_vect
#define USART0_RX_vect USART_RX_vect
#endif

static volatile uint8_t conversions;
static volatile uint8_t response;

/* TCNT1 is read as the very first thing: vector's jump, then this. */
ISR(TIMER1_COMPA_vect, ISR_NAKED)
{
    __asm__ volatile("push r24\n\tlds r24, %0\n\tsts response, r24\n\tpop r24\n\treti" ::"n"(_SFR_MEM_ADDR(TCNT1L)));
}

ISR(ADC_vect)
{
    conversions++;
}

EMPTY_INTERRUPT(WDT_vect)

static void put(uint8_t byte)
{
    while (!(UCSR0A & _BV(UDRE0)))
        ;
    UDR0 = byte;
}

static void put_pair(uint16_t value)
{
    put((uint8_t)value);
    put((uint8_t)(value >> 8));
}

static uint8_t get(void)
{
    while (!(UCSR0A & _BV(RXC0)))
        ;
    return UDR0;
}

/* Free running for 250 conversions; says how many interrupts there were and the last result. */
static void free_running(uint8_t prescaler_power)
{
    ADMUX = _BV(REFS0);
    ADCSRB = 0;
    conversions = 0;
    ADCSRA = _BV(ADEN) | _BV(ADSC) | _BV(ADATE) | _BV(ADIE) | prescaler_power;
    sei();
    while (conversions < 250)
        ;
    cli();
    ADCSRA = 0;
    put(conversions);
    put_pair(ADC);
}

/* One conversion of an input; the select lines move just after sample-and-hold, and must not matter. */
static void single(uint8_t input)
{
    ADMUX = _BV(REFS0) | (input & 0x1F);
#ifdef MUX5
    ADCSRB = input & 0x20 ? _BV(MUX5) : 0;
#endif
    ADCSRA = _BV(ADEN) | _BV(ADSC) | 7;
    while (ADCSRA & _BV(ADSC))
        ;
    ADCSRA |= _BV(ADSC); /* also clears ADIF, whose 1 it writes back */
    put(ADCSRA & _BV(ADIF));
    _delay_us(20); /* sample-and-hold is 12 us into the conversion at 125 kHz */
    SELECT ^= 0x0F;
    while (!(ADCSRA & _BV(ADIF)))
        ;
    SELECT ^= 0x0F;
    put_pair(ADC);
    ADMUX |= _BV(ADLAR);
    ADCSRA |= _BV(ADSC);
    while (ADCSRA & _BV(ADSC))
        ;
    put(ADCH);
}

/* Sleeps on its feet for 60 byte times, then reads what the receiver has kept. */
static void deaf(void)
{
    _delay_us(600);
    for (uint8_t i = 0; i < 3; i++) {
        uint8_t status = UCSR0A;
        put(status & (_BV(RXC0) | _BV(DOR0) | _BV(FE0)));
        put(UDR0);
    }
    put(UCSR0A & _BV(RXC0));
}

/* Cycles from a timer's match to its interrupt, awake and asleep. */
static void interrupt_response(uint8_t asleep)
{
    TCCR1A = 0;
    TCCR1B = 0;
    TCNT1 = 0;
    OCR1A = 100;
    TIFR1 = _BV(OCF1A);
    TIMSK1 = _BV(OCIE1A);
    response = 0;
    set_sleep_mode(SLEEP_MODE_IDLE);
    sleep_enable();
    TCCR1B = _BV(CS10);
    sei();
    if (asleep)
        sleep_cpu();
    else
        __asm__ volatile(".rept 120\n\tnop\n\t.endr");
    cli();
    TCCR1B = 0;
    put(response);
}

static uint8_t scratch[16] __attribute__((used));

/* Ten times the code between two readings of the timer, whose own LDS takes two cycles. */
#define TIMED(code)                                                                                        \
    do {                                                                                                   \
        uint8_t before, after;                                                                             \
        __asm__ volatile("ldi r30, lo8(scratch)\n\tldi r31, hi8(scratch)\n\tlds %0, %2\n\t"                 \
                         ".rept 10\n\t" code "\n\t.endr\n\tlds %1, %2"                                     \
                         : "=&r"(before), "=&r"(after)                                                     \
                         : "n"(_SFR_MEM_ADDR(TCNT1L))                                                      \
                         : "r0", "r1", "r18", "r30", "r31", "memory");                                     \
        __asm__ volatile("clr r1");                                                                        \
        put(after - before - 2);                                                                           \
    } while (0)

static void nothing(void) __attribute__((noinline, used, naked));
static void nothing(void)
{
    __asm__ volatile("nothing_at:\n\tret");
}

/* Cycles of the instructions that scanners are made of, times ten. */
static void instruction_times(void)
{
    TCCR1A = 0;
    TCCR1B = _BV(CS10);
    TIMED("nop");
    TIMED("push r18\n\tpop r18");
    TIMED("lds r18, scratch");
    TIMED("sts scratch, r18");
    TIMED("ld r18, Z+");
    TIMED("st -Z, r18");
    TIMED("ldd r18, Z+3");
    TIMED("lpm r18, Z");
    TIMED("sbi 0x1E, 7");
    TIMED("cbi 0x1E, 7");
    TIMED("in r18, 0x1E");
    TIMED("out 0x2A, r18"); /* GPIOR1 */
    TIMED("adiw r30, 1");
    TIMED("mul r18, r18");
    TIMED("movw r18, r18");
    TIMED("rjmp .+0");
    TIMED("clz\n\tbrne .+0"); /* taken */
    TIMED("sez\n\tbrne .+0"); /* not taken */
    TIMED("clr r18\n\tsbrc r18, 0\n\tnop"); /* skips one word */
    TIMED("clr r18\n\tsbrc r18, 0\n\tlds r18, scratch"); /* skips two */
    TIMED("cpse r30, r30\n\tnop");
    TIMED("rcall nothing_at");
    TIMED("call nothing_at");
    TCCR1B = 0;
}

int main(void)
{
    uint8_t cause = MCUSR;
    MCUSR = 0;
    wdt_disable();
    SELECT_DDR = 0x0F;
    SELECT = 0;
    UCSR0A = _BV(U2X0);
    UBRR0 = 1;
    UCSR0B = _BV(RXEN0) | _BV(TXEN0);
    put('B');
    put(cause);
    for (;;) {
        uint8_t what = get();
        switch (what) {
        case 'a': free_running(4); break;
        case 'A': free_running(5); break;
        case 's': SELECT = get(); _delay_us(100); single(get()); break;
        case 'c': instruction_times(); break;
        case 'd': deaf(); break;
        case 'i': interrupt_response(0); break;
        case 'z': interrupt_response(1); break;
        case 'w': WDTCSR = _BV(WDCE) | _BV(WDE); WDTCSR = _BV(WDIE) | _BV(WDE); sei(); put('w'); break;
        case 'e': EEAR = 5; EEDR = 0xA3; EECR = _BV(EEMPE); EECR = _BV(EEMPE) | _BV(EEPE); EEDR = 0;
            EECR = _BV(EERE); put(EEDR); break;
        case 't': for (uint8_t i = 0; i < 100; i++) put(i); break;
        }
    }
}
