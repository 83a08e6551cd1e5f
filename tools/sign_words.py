"""Words that stand on signs, for each script: places, shops, offices; else random syllables.

The scripts of India that descend from Brahmi have their letters in the same order in Unicode, in
blocks of 128: a word written in Devanagari is carried into the others letter by letter.
"""

from __future__ import annotations

import unicodedata

import numpy as np

BLOCKS = {
    "Devanagari": 0x0900,
    "Bengali-Assamese": 0x0980,
    "Gurmukhi": 0x0A00,
    "Gujarati": 0x0A80,
    "Odia": 0x0B00,
    "Tamil": 0x0B80,
    "Telugu": 0x0C00,
    "Kannada": 0x0C80,
    "Malayalam": 0x0D00,
}
REAL = 0.6  # share of real words; the rest are syllables at random

_INDIAN_WORDS = """
    दिल्ली मुंबई कोलकाता चेन्नई बेंगलुरु हैदराबाद अहमदाबाद पुणे जयपुर लखनऊ कानपुर नागपुर
    इंदौर भोपाल पटना वडोदरा आगरा नासिक मेरठ राजकोट वाराणसी श्रीनगर अमृतसर रांची जोधपुर
    रायपुर कोटा गुवाहाटी चंडीगढ़ मैसूर गुरुग्राम जालंधर भुवनेश्वर वारंगल बीकानेर अमरावती
    नोएडा जमशेदपुर कटक कोच्चि देहरादून अजमेर झांसी उज्जैन शिमला गया उदयपुर तिरुपति मदुरै
    कोयंबटूर विजयवाड़ा मंगलूर हुबली तंजावुर पुरी संबलपुर सिलीगुड़ी दुर्गापुर शिलांग
    हरिद्वार ऋषिकेश नैनीताल मनाली सूरत भावनगर जामनगर लुधियाना पटियाला बठिंडा त्रिशूर
    कोल्लम पालक्काड अलप्पुझा कर्नूल गुंटूर नेल्लोर राजमुंदरी निजामाबाद करीमनगर बेलगावी
    दावणगेरे शिवमोग्गा रेलवे स्टेशन बस स्टैंड डाकघर पुलिस थाना विद्यालय महाविद्यालय
    अस्पताल बैंक होटल भोजनालय मिष्ठान भंडार वस्त्रालय किराना जनरल स्टोर मेडिकल दवाखाना चाय
    कॉफी मोबाइल रिपेयर टेलर्स ज्वैलर्स फर्नीचर हार्डवेयर सरकार नगर पालिका पंचायत कार्यालय
    मंदिर आश्रम मार्ग चौक बाजार सेवा केंद्र स्वागत धन्यवाद सावधान प्रवेश निषेध शाखा भारत
    राज्य जिला गांव पानी बिजली स्टूडियो फोटो साइकिल ऑटो ट्रैक्टर बीज खाद कृषि दूध डेयरी
"""
INDIAN = _INDIAN_WORDS.split()
_URDU_WORDS = """
    دہلی ممبئی حیدرآباد لکھنؤ سرینگر جموں علیگڑھ میرٹھ بھوپال پٹنہ کشمیر بازار ہوٹل مسجد
    مدرسہ اسکول کالج ہسپتال ڈاکخانہ پولیس تھانہ بینک دکان چائے خانہ کتب سرکار اردو
    ہندوستان شہر گاؤں ریلوے اسٹیشن بس اڈہ جنرل اسٹور میڈیکل دواخانہ درزی کپڑا گوشت مٹھائی
    پھل سبزی موبائل خوش آمدید شکریہ خبردار داخلہ منع محلہ چوک سڑک درگاہ شریف عید مبارک
    جامع نگر پور آباد گنج ضلع بارہمولہ اننت ناگ پلوامہ کپواڑہ رامپور مرادآباد سہارنپور
    دیوبند اعظم گڑھ گلبرگہ بیدر اورنگ مالیگاؤں
"""
URDU = _URDU_WORDS.split()
_LATIN_WORDS = """
    HOTEL BANK STATE INDIA STORE STORES MEDICAL GENERAL MOBILE SCHOOL COLLEGE POLICE
    STATION RAILWAY BUS STAND TEMPLE ROAD STREET NAGAR COLONY ATM TAILORS JEWELLERS BAKERY
    SWEETS RESTAURANT CAFE TEA COFFEE WELCOME THANK YOU ENTRY EXIT PARKING STOP SLOW SPEED
    LIMIT AHEAD DANGER NO SALE OFFER STUDIO PHOTO XEROX PRINT COMPUTER CENTRE CLINIC
    HOSPITAL DENTAL OPTICALS PHARMACY FURNITURE HARDWARE ELECTRICALS CEMENT PAINTS TYRES
    MOTORS SERVICE AUTO TAXI TOURS TRAVELS GUEST HOUSE LODGE BEACH LAKE FORT PALACE MUSEUM
    GARDEN PARK MARKET BAZAAR PLAZA MALL TOWER OFFICE GOVERNMENT DEPARTMENT MUNICIPAL
    CORPORATION PANCHAYAT DISTRICT VILLAGE JAIPUR DELHI MUMBAI CHENNAI KOCHI MYSORE PUNE
    AGRA VARANASI SHIMLA LEH GOA PURI UDAIPUR JODHPUR AMRITSAR BHOPAL INDORE SURAT PATNA
    RANCHI GUWAHATI SHILLONG MADURAI OOTY MUNNAR HAMPI UJJAIN NASHIK AJMER KOTA BIKANER NH
    SH KM
"""
LATIN = _LATIN_WORDS.split()
_VOWELS = [*range(0x05, 0x0B), 0x0F, 0x10, 0x13, 0x14]
_CONSONANTS = [*range(0x15, 0x3A)]
_SIGNS = [*range(0x3E, 0x44), 0x46, 0x47, 0x48, 0x4A, 0x4B, 0x4C]
_ANUSVARA, _VIRAMA = 0x02, 0x4D
_TAMIL = {0x16: 0x15, 0x17: 0x15, 0x18: 0x15, 0x1B: 0x1A, 0x1D: 0x1A, 0x20: 0x1F, 0x21: 0x1F} | {
    0x22: 0x1F,
    0x25: 0x24,
    0x26: 0x24,
    0x27: 0x24,
    0x2B: 0x2A,
    0x2C: 0x2A,
    0x2D: 0x2A,
    0x36: 0x1A,
    0x02: 0x2E,
    0x43: 0x41,
}
_ARABIC = "ابپتٹجچحخدڈرڑزسشصطعغفقکگلمنںوہھیے"


def carried(word: str, script: str) -> str:
    """A word in Devanagari written in another script of the family, what it lacks left out."""
    block, letters = BLOCKS[script], []
    for offset in (ord(letter) - 0x0900 for letter in unicodedata.normalize("NFD", word)):
        if script == "Tamil":
            offset = _TAMIL.get(offset, offset)
        if script in ("Bengali-Assamese", "Gurmukhi") and offset in (0x45, 0x49):
            offset = 0x3E  # the open o of loan words
        if 0 <= offset < 128 and unicodedata.category(chr(block + offset)) != "Cn":
            letters.append(chr(block + offset))
    return "".join(letters)


def word(script: str, random: np.random.Generator) -> str:
    """A word or two of a script."""
    first = _one(script, random)
    return first if random.random() < 0.65 else f"{first} {_one(script, random)}"


def _one(script: str, random: np.random.Generator) -> str:
    real = random.random() < REAL
    if script == "Latin":
        return _latin(real, random)
    if script == "Urdu":
        if real:
            return str(random.choice(URDU))
        return "".join(random.choice(list(_ARABIC), random.integers(2, 8)))
    if real:
        return carried(str(random.choice(INDIAN)), script)
    return "".join(_syllable(script, random) for _ in range(random.integers(2, 6)))


def _latin(real: bool, random: np.random.Generator) -> str:
    if random.random() < 0.12:  # telephone numbers, house numbers, prices
        return "".join(random.choice(list("0123456789"), random.integers(2, 11)))
    letters = "AABCDEEFGHIIJKLMNNOOPRRSSTTUVWYZ"
    made = "".join(random.choice(list(letters), random.integers(2, 10)))
    chosen = str(random.choice(LATIN)) if real else made
    return (chosen, chosen.title(), chosen.lower())[random.choice(3, p=[0.6, 0.3, 0.1])]


def _syllable(script: str, random: np.random.Generator) -> str:
    block = BLOCKS[script]

    def letter(offsets: list[int]) -> str:
        known = [o for o in offsets if unicodedata.category(chr(block + o)) != "Cn"]
        return chr(block + int(random.choice(known)))

    if random.random() < 0.1:
        return letter(_VOWELS)
    syllable = letter(_CONSONANTS)
    if random.random() < 0.15 and script != "Gurmukhi":
        syllable += chr(block + _VIRAMA) + letter(_CONSONANTS)
    if random.random() < 0.6:
        syllable += letter(_SIGNS)
    if random.random() < 0.08 and script not in ("Tamil", "Gurmukhi"):
        syllable += chr(block + _ANUSVARA)
    return syllable
