//! Published keys, keys at the edge, and honest ones.

use crate::risk::weak::vectors;

use super::*;

fn number(hex: &str) -> BigUint {
    BigUint::parse_bytes(hex.as_bytes(), 16).unwrap()
}

fn judged(hex: &str) -> Option<Weakness> {
    weakness(&number(hex).to_bytes_be())
}

#[test]
fn published_keys_are_recognized() {
    for (modulus, expected) in [
        (vectors::ROCA_2049, Weakness::Roca),
        (vectors::ROCA_2048, Weakness::Roca),
        (vectors::FACTOR_31337, Weakness::SmallFactor(31337)),
        (vectors::FACTOR_3, Weakness::SmallFactor(3)),
        (vectors::FERMAT, Weakness::ClosePrimes(3)),
        (vectors::FERMAT_PRINTER, Weakness::ClosePrimes(1)),
    ] {
        assert_eq!(judged(modulus), Some(expected), "{modulus}");
    }
}

#[test]
fn honest_keys_are_not() {
    use crate::request_builder::RsaNumbers;
    for numbers in [
        RsaNumbers::bits_512(),
        RsaNumbers::bits_1024(),
        RsaNumbers::bits_2048(),
        RsaNumbers::exponent_3(),
    ] {
        assert_eq!(weakness(&numbers.modulus), None);
    }
}

/// By the construction in the paper: `k·M + (65537^a mod M)` with M the product of the first primes.
#[test]
fn the_form_of_roca_is_recognized() {
    let product: BigUint = primes()
        .take_while(|prime| *prime <= ROCA_PRIMES)
        .map(BigUint::from)
        .product();
    let power = BigUint::from(65537_u32).modpow(&BigUint::from(123_456_789_u32), &product);
    for factor in [1_u32 << 30, 77_777_777] {
        let prime = &product * factor + &power;
        assert!(is_roca(&prime) && is_roca(&(&prime * &prime)));
        assert!(!is_roca(&(prime + 2_u32)));
    }
}

#[test]
fn factors_below_two_to_the_sixteenth_count() {
    let large = (BigUint::from(1_u32) << 521_u32) - 1_u32;
    assert_eq!(small_factor(&large), None);
    assert_eq!(small_factor(&(&large * 65521_u32)), Some(65521));
    assert_eq!(small_factor(&(&large * 65537_u32)), None);
    assert_eq!(small_factor(&(&large * 4_u32)), Some(2));
    assert_eq!(primes().count(), 6542);
}

#[test]
fn every_small_prime_is_looked_for() {
    let large = (BigUint::from(1_u32) << 521_u32) - 1_u32;
    for prime in primes() {
        assert_eq!(small_factor(&(&large * prime)), Some(prime));
    }
}

/// `a² - b²` whose root rounds up to `a - 99`, and one a step further.
#[test]
fn a_hundred_rounds_are_tried() {
    let a = (BigUint::from(1_u32) << 1024_u32) + 643_u32;
    for (steps, expected) in [
        (199_u32, Some(100)),
        (201, None),
        (0, Some(1)),
        (1, Some(1)),
    ] {
        let b = (&a * steps).sqrt();
        assert_eq!(close_primes(&(&a * &a - &b * &b)), expected, "{steps}");
    }
}

#[test]
fn squares_are_told_from_others() {
    let root = number(vectors::FERMAT);
    let square = &root * &root;
    assert!(is_square(&square) && is_square(&BigUint::ZERO));
    assert!(!is_square(&(&square + 1_u32)) && !is_square(&(square - 1_u32)));
    let small: Vec<u32> = (0..50_u32)
        .filter(|n| is_square(&BigUint::from(*n)))
        .collect();
    assert_eq!(small, [0, 1, 4, 9, 16, 25, 36, 49]);
}

#[test]
fn numbers_that_are_no_modulus_do_no_harm() {
    for number in 0_u32..200 {
        let _ = weakness(&number.to_be_bytes());
    }
    assert_eq!(weakness(&[]), None);
    assert_eq!(weakness(&[0, 0]), None);
}
