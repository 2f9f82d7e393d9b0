/* Arduino Mega 2560: pins as HARDWARE.md draws them. */
#ifndef RIG_BOARD_MEGA2560_H
#define RIG_BOARD_MEGA2560_H

#define BOARD_ID 1
#define MUXES_MAX 16
#ifndef MUXES
#define MUXES 9
#endif
#define EXTRA_MAX 255

/* Both select buses are port A (D22 to D29): bus A its low nibble, bus B its high one. */
#define SELECT_BUSES_SHARE_A_PORT 1
#define SELECT_PORT PORTA
#define SELECT_DDR DDRA

#define LED_PORT PORTB /* D13 */
#define LED_DDR DDRB
#define LED_BIT 7
#define BUZZER_DDR DDRH /* D9 = OC2B */
#define BUZZER_PORT PORTH
#define BUZZER_BIT 6

/* A load cell amplifier: data on D2, an external interrupt, clock on D3. */
#define LOADCELL_DATA_PORT PORTE
#define LOADCELL_DATA_DDR DDRE
#define LOADCELL_DATA_PIN PINE
#define LOADCELL_DATA_BIT 4
#define LOADCELL_CLOCK_PORT PORTE
#define LOADCELL_CLOCK_DDR DDRE
#define LOADCELL_CLOCK_BIT 5
#define LOADCELL_INT INT4
#define LOADCELL_vect INT4_vect
#define LOADCELL_EICR EICRB
#define LOADCELL_SENSE_MASK (_BV(ISC41) | _BV(ISC40))
#define LOADCELL_SENSE_FALLING _BV(ISC41)

#define UART_RX_vect USART0_RX_vect
#define UART_UDRE_vect USART0_UDRE_vect

#define ADMUX_BANDGAP 0x1E
#define ADMUX_GROUND 0x1F

#endif
