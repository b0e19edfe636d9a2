//! RSA by its numbers: keys that no library makes any more, and signatures that none will write.

use aws_lc_rs::digest;

use super::der::{null, octet_string, oid, sequence};
use super::key::RsaScheme;

/// The numbers of a key, big-endian.
#[derive(Clone, Debug)]
pub(crate) struct RsaNumbers {
    /// The modulus.
    pub(crate) modulus: Vec<u8>,
    /// The public exponent.
    pub(crate) exponent: Vec<u8>,
    /// The private exponent, for keys that sign.
    pub(crate) private: Option<Vec<u8>>,
}

impl RsaNumbers {
    /// 512 bits: anybody can factor it.
    pub(crate) fn bits_512() -> Self {
        Self::from_hex(
            "\
            cccc34b37c927b72ad8bbcb7a425245430b54a0bad746ff9281063b79f48918a7a7723f78dbcbcc3b55420c6\
            fbdf27c31d35d4e1e52691f286069a3f63cba139\
            ",
            &[1, 0, 1],
            "\
            5ede8ddf436abbe2f0bfd5a92051d0556bc6df492f8dcbbd18b116f05dca0918cfdd29c473feb80867d26e90\
            87f1c60a9163eb8b0a5665e4d1f78e08bd089901\
            ",
        )
    }

    /// 1024 bits: the least that Go takes.
    pub(crate) fn bits_1024() -> Self {
        Self::from_hex(
            "\
            e2770b9b6f7b0e9c33e261ef03674f676d5d16b1146a0b1d5f37c7a7ec93584a6204f7eb2ac7e6b77727279e\
            d43ce6551692cb7132a7620db52a79dbadd54e443e69e0f3d5e0f73664ff4efeb7a45bc4ee0933c858b08e7d\
            25e620e85039f18a68f8a4c06dd5ad81901d53770c81c0d5887e794edd94e9fe974540200c6caf47\
            ",
            &[1, 0, 1],
            "\
            82238103109c39b81fc4bf1c97eb1d6145229270ae57860d99f33703d3da9489222cd2bf4c7555ab2688d4a6\
            dc3626f2cca70ccbff1cdb271f6dca5b285904c0f3cca8668acdccb463309500816c8d03fcd2c4afa95a85c8\
            c3ce3002e2b01bb1b7da8ed43a208bdba69fd21f05e6f36e628455d50e75b8fa8215ab2fe82d22d1\
            ",
        )
    }

    /// 2048 bits, with the usual exponent.
    pub(crate) fn bits_2048() -> Self {
        Self::from_hex(
            "\
            bf099d51f98c467604cd47a1634239fb9664af66f69de1efd38e36328f59c27074cb14523e0828a7e04fdab8\
            83a34a54c798a265fe9fdfbbaabbfce06310d24a7fb5dcc578ce64a8dde19e2374d73624e2365d0de10180fa\
            3f082bff0cdcfd88b7f127814c8b64ac0cff6981a7afba71809db489596b0d104955038db87e6819c5c4b8bd\
            3e5af29f6ac95a240fc4e86d4916d672c934b5192c8c1ef2d2b99e79355f85090cbc3f8dbb5615c7fdc03f99\
            ccb494737584580340ef7147a325af1a03130753d638cea65a6bf5b76e299eedd9705f764824537ecc6f3adb\
            d6106defeee27899fb671ba8d3ffa97a28e1f033841b41d7ebf388c310b6a3f288895047\
            ",
            &[1, 0, 1],
            "\
            248a5ac09cca7389cc76556eadb533b1073dbffd224be5b50152b0d42fee3bce55d0a854e8cf97b330a9258d\
            688479c9c899cdea536f5214abde244ae93804f941ff4fb8a7d85691a44b2cfbdc33f403cf0f15f27b28d5fa\
            47c730df2a9f34918b9981746e67353ce189932d3d1d543cb49cb5b515d8ef993f6596f5eb25a6947e363040\
            86dde8eee92603dc67400c5568fedfdefabb14231545c149bca2df6aba1a1812368f4b450a87403b9980f077\
            734bceaa5bb3848a296cabb0803c93a9b70037cdab2906579dfead60b30ab6db0c83ab9f5db17b5aca1919fa\
            fbf7af800909e548f061f2a05a00ec63433d47479a1e32aa1372b5672c87f442d04fb961\
            ",
        )
    }

    /// 2048 bits, with the exponent 3.
    pub(crate) fn exponent_3() -> Self {
        Self::from_hex(
            "\
            ad334ffb06a882ee702ad60a9f8e4692af3a486b3da98ba25de0902c316d7b7fc491a8ea4d55c0c585f00e80\
            d91ccb21cc8467a73e13e530a3f6ba8ca64ce97fe48ee4a2f739d1d9c1fa95d69447eeb0e0b1af27315ae862\
            9d0478d0a45c091f99de2019b1d15baac69723cde9baf6db82fe6c118fb5fc0dcde34483a6aa01772f56d90e\
            824c7be89758d13db01b08eb85cdf6bc02f244dba2f1e340545fc0b5ab6aa762682e9af43d684da7f05db594\
            06f078fc0b40318ade6f73509edff6d9419d4b15c697a8ef7b38f1811ed62437cde5e2663b6816c251f2ab93\
            521938673bf93dceedb50de9deb2125559c857951d9bb96f65870bac92f8b21301d2e1e1\
            ",
            &[3],
            "\
            73778aa759c5ac9ef571e40715098461ca26daf2291bb26c3e95b572cb9e52552db6709c338e8083aea009ab\
            3b68876bddad9a6f7eb7ee206d4f27086eddf0ffedb4986ca4d136912bfc63e462da9f2095cbca1a20e74597\
            1358508b183d5b6a66941566768b9271d9ba17de9bd1f9e7aca99d610a7952b3de9783026f1c00f906a6af66\
            4411ac1073b49ca44fa3384e39096feb3044c92f5b770b8aee57cba4c8c0cfbbc68a127eabcf31c049c36ba4\
            78e845e3585508ad44de7f133d3942ef8b0e11360a63323dbc7924f7355228ca4a95e94f4df4561541fe0759\
            d2e8d2ece26dc7eadd1c131012d01b21973380fe50f185ed7a5b219e1d6f54d53b206203\
            ",
        )
    }

    /// A modulus of so many bits, all set. Nobody knows its private exponent, so its signatures are void.
    pub(crate) fn of_ones(bits: usize, exponent: &[u8]) -> Self {
        let mut modulus = vec![0xff; bits.div_ceil(8)];
        if !bits.is_multiple_of(8) {
            modulus[0] = (1 << (bits % 8)) - 1;
        }
        Self {
            modulus,
            exponent: exponent.to_vec(),
            private: None,
        }
    }

    /// The same key under another public exponent. With the exponent 1 every message is its own signature.
    pub(crate) fn with_exponent(mut self, exponent: &[u8]) -> Self {
        self.exponent = exponent.to_vec();
        self.private = (exponent == [1]).then(|| vec![1]);
        self
    }

    fn from_hex(modulus: &str, exponent: &[u8], private: &str) -> Self {
        Self {
            modulus: from_hex(modulus),
            exponent: exponent.to_vec(),
            private: Some(from_hex(private)),
        }
    }

    /// A signature with PKCS #1 v1.5 padding; zeros where the private exponent is unknown.
    pub(crate) fn sign(&self, scheme: RsaScheme, message: &[u8]) -> Vec<u8> {
        let Some(private) = &self.private else {
            return vec![0; self.modulus.len()];
        };
        let (algorithm, hash) = match scheme {
            RsaScheme::Pkcs1Sha1 => (&digest::SHA1_FOR_LEGACY_USE_ONLY, "1.3.14.3.2.26"),
            RsaScheme::Pkcs1Sha256 => (&digest::SHA256, "2.16.840.1.101.3.4.2.1"),
            RsaScheme::Pkcs1Sha384 => (&digest::SHA384, "2.16.840.1.101.3.4.2.2"),
            RsaScheme::Pkcs1Sha512 => (&digest::SHA512, "2.16.840.1.101.3.4.2.3"),
            RsaScheme::PssSha256 | RsaScheme::PssSha384 | RsaScheme::PssSha512 => {
                panic!("no PSS by hand: use Key::Rsa2048")
            }
        };
        let digest = digest::digest(algorithm, message);
        // DigestInfo (RFC 8017 §9.2).
        let info = sequence(&[
            sequence(&[oid(hash), null()]),
            octet_string(digest.as_ref()),
        ]);
        let padding = self.modulus.len() - info.len() - 3;
        let mut padded = vec![0, 1];
        padded.extend(std::iter::repeat_n(0xff, padding));
        padded.push(0);
        padded.extend_from_slice(&info);
        power(&padded, private, &self.modulus)
    }
}

fn from_hex(text: &str) -> Vec<u8> {
    text.as_bytes()
        .chunks(2)
        .map(|pair| {
            let pair = std::str::from_utf8(pair).expect("ASCII");
            u8::from_str_radix(pair, 16).expect("hex")
        })
        .collect()
}

/// Little-endian limbs of a big-endian number.
fn limbs(number: &[u8], count: usize) -> Vec<u32> {
    let mut limbs: Vec<u32> = number
        .rchunks(4)
        .map(|chunk| {
            chunk
                .iter()
                .fold(0, |limb, &octet| limb << 8 | u32::from(octet))
        })
        .collect();
    limbs.resize(count, 0);
    limbs
}

/// The low half of a double limb.
fn low(wide: u64) -> u32 {
    u32::try_from(wide & u64::from(u32::MAX)).expect("32 bits")
}

/// Subtracts the modulus once, if the number (with what it carried) reaches it.
fn reduce(number: &mut [u32], carried: bool, modulus: &[u32]) {
    if !carried && number.iter().rev().lt(modulus.iter().rev()) {
        return;
    }
    let mut borrow = 0;
    for (limb, &subtrahend) in number.iter_mut().zip(modulus) {
        let difference = u64::from(*limb)
            .wrapping_sub(u64::from(subtrahend))
            .wrapping_sub(borrow);
        *limb = low(difference);
        borrow = difference >> 63;
    }
}

/// `one · other / 2^(32·limbs)` by Montgomery's method, which never divides.
fn multiply(one: &[u32], other: &[u32], modulus: &[u32], inverse: u32) -> Vec<u32> {
    let count = modulus.len();
    let mut sum = vec![0_u32; count + 2];
    for &factor in one {
        let mut add = |numbers: &[u32], factor: u32| {
            let mut carry = 0;
            for (limb, &number) in sum.iter_mut().zip(numbers) {
                let wide = u64::from(*limb) + u64::from(factor) * u64::from(number) + carry;
                *limb = low(wide);
                carry = wide >> 32;
            }
            for limb in &mut sum[count..] {
                let wide = u64::from(*limb) + carry;
                *limb = low(wide);
                carry = wide >> 32;
            }
            sum[0]
        };
        let lowest = add(other, factor);
        add(modulus, lowest.wrapping_mul(inverse));
        sum.rotate_left(1);
    }
    let carried = sum[count] != 0;
    sum.truncate(count);
    reduce(&mut sum, carried, modulus);
    sum
}

/// `base ^ exponent mod modulus`, for odd moduli, as long as the modulus.
fn power(base: &[u8], exponent: &[u8], modulus: &[u8]) -> Vec<u8> {
    let length = modulus.len();
    let count = length.div_ceil(4);
    let modulus = limbs(modulus, count);
    // -1/modulus mod 2^32 by Newton's method: each step doubles the bits that are right.
    let inverse = (0..5)
        .fold(1_u32, |inverse, _| {
            inverse.wrapping_mul(2_u32.wrapping_sub(modulus[0].wrapping_mul(inverse)))
        })
        .wrapping_neg();
    // To Montgomery's form: doubled once a bit.
    let double = |mut number: Vec<u32>| {
        for _ in 0..count * 32 {
            let carried = number[count - 1] >> 31 == 1;
            for index in (0..count).rev() {
                let lower = if index == 0 {
                    0
                } else {
                    number[index - 1] >> 31
                };
                number[index] = number[index] << 1 | lower;
            }
            reduce(&mut number, carried, &modulus);
        }
        number
    };
    let base = double(limbs(base, count));
    let mut result = double(limbs(&[1], count));
    for octet in exponent {
        for bit in (0..8).rev() {
            result = multiply(&result, &result, &modulus, inverse);
            if octet >> bit & 1 == 1 {
                result = multiply(&result, &base, &modulus, inverse);
            }
        }
    }
    let result = multiply(&result, &limbs(&[1], count), &modulus, inverse);
    let octets: Vec<u8> = result
        .iter()
        .rev()
        .flat_map(|limb| limb.to_be_bytes())
        .collect();
    octets[octets.len() - length..].to_vec()
}
