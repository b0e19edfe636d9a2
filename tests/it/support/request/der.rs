//! DER by hand: any octets in any place, which no library that respects the standards lets one write.

/// `UTF8String` and its kin: the identifier octets of the string types that stand in names.
pub(crate) mod string {
    pub(crate) const UTF8: u8 = 0x0c;
    pub(crate) const NUMERIC: u8 = 0x12;
    pub(crate) const PRINTABLE: u8 = 0x13;
    pub(crate) const T61: u8 = 0x14;
    pub(crate) const IA5: u8 = 0x16;
    pub(crate) const VISIBLE: u8 = 0x1a;
    pub(crate) const GENERAL: u8 = 0x1b;
    pub(crate) const UNIVERSAL: u8 = 0x1c;
    pub(crate) const BMP: u8 = 0x1e;
    pub(crate) const OCTET: u8 = 0x04;
}

/// One element: identifier octet, the shortest length, contents.
pub(crate) fn tlv(identifier: u8, contents: &[u8]) -> Vec<u8> {
    let mut der = vec![identifier];
    let length = contents.len();
    match u8::try_from(length) {
        Ok(short) if short < 0x80 => der.push(short),
        _ => {
            let octets = length.to_be_bytes();
            let zeros = octets.iter().take_while(|&&octet| octet == 0).count();
            let octets = &octets[zeros..];
            der.push(0x80 | u8::try_from(octets.len()).expect("a length has few octets"));
            der.extend_from_slice(octets);
        }
    }
    der.extend_from_slice(contents);
    der
}

/// A SEQUENCE of encoded elements.
pub(crate) fn sequence(elements: &[Vec<u8>]) -> Vec<u8> {
    tlv(0x30, &elements.concat())
}

/// A SET of encoded elements, in the order given.
pub(crate) fn set(elements: &[Vec<u8>]) -> Vec<u8> {
    tlv(0x31, &elements.concat())
}

/// An OBJECT IDENTIFIER from its dotted form.
pub(crate) fn oid(dotted: &str) -> Vec<u8> {
    let arcs: Vec<u64> = dotted
        .split('.')
        .map(|arc| arc.parse().expect("an OID is numbers and dots"))
        .collect();
    let mut contents = Vec::new();
    let first = arcs[0] * 40 + arcs[1];
    for arc in std::iter::once(&first).chain(&arcs[2..]) {
        let mut groups = vec![u8::try_from(arc & 0x7f).expect("seven bits")];
        let mut rest = arc >> 7;
        while rest > 0 {
            groups.push(0x80 | u8::try_from(rest & 0x7f).expect("seven bits"));
            rest >>= 7;
        }
        contents.extend(groups.iter().rev());
    }
    tlv(0x06, &contents)
}

/// A non-negative INTEGER from its magnitude.
pub(crate) fn unsigned(magnitude: &[u8]) -> Vec<u8> {
    let zeros = magnitude.iter().take_while(|&&octet| octet == 0).count();
    let mut contents = magnitude[zeros..].to_vec();
    if contents.first().is_none_or(|&first| first >= 0x80) {
        contents.insert(0, 0);
    }
    tlv(0x02, &contents)
}

/// An OCTET STRING.
pub(crate) fn octet_string(contents: &[u8]) -> Vec<u8> {
    tlv(0x04, contents)
}

/// A BIT STRING of whole octets.
pub(crate) fn bit_string(octets: &[u8]) -> Vec<u8> {
    tlv(0x03, &[&[0], octets].concat())
}

/// A BOOLEAN.
pub(crate) fn boolean(value: bool) -> Vec<u8> {
    tlv(0x01, &[if value { 0xff } else { 0 }])
}

/// NULL.
pub(crate) fn null() -> Vec<u8> {
    tlv(0x05, &[])
}

/// The octets of a `BMPString` (UTF-16, so also with what UCS-2 does not have).
pub(crate) fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_be_bytes).collect()
}
