/*
 * The massage practice rig's firmware for the Arduino IDE.
 *
 * Everything is in src/, the same files that `make` builds; main() is there too, so that Arduino's own main, its timer
 * interrupt and its Serial are not linked. The rule: nothing is added here. Make this folder with `make sketch`.
 */
