"""The same words in every encoding people's files have, and words that came out wrong before they came here."""

from __future__ import annotations

import pytest

from analyzer.reading import decoding
from analyzer.reading.decoding import TextTooLongError, decode
from analyzer.reading.documents import read_document

SAID = {
    "japanese": (
        "本日はお時間をいただきありがとうございます。まず、現在の業務についてお聞かせください。毎月の請求書の照合に六日かかっています。担当者は三人で、全員がエクセルを使っています。監査の前にこの作業をなくした"
        "いと考えています。"
    ),
    "chinese": (
        "感谢您抽出时间参加这次访谈。请先介绍一下您目前的工作情况。我们每个月要花六天时间核对发票，三个人都在使用电子表格。我们希望在审计之前解决这个问题，因为去年我们丢了一个大客户。"
    ),
    "taiwanese": (
        "感謝您抽出時間參加這次訪談。請先介紹一下您目前的工作情況。我們每個月要花六天時間核對發票，三個人都在使用試算表。我們希望在審計之前解決這個問題，因為去年我們失去了一個大客戶。"
    ),
    "korean": (
        "시간을 내주셔서 감사합니다. 지금 송장을 어떻게 대조하고 계신가요? 매달 엿새 동"
        "안 세 사람이 엑셀로 확인하고 있습니다. 작년에 그것 때문에 큰 고객을 잃었습니다. 감사 전에 이 "
        "일을 없애고 싶습니다."
    ),
    "russian": (
        "Спасибо, что нашли время для разговора. Расскажите, пожалуйста, как вы сейчас сверяете счета? "
        "Каждый месяц мы тратим на это шесть дней, и три человека сидят в таблицах. Хотим избавиться от "
        "этого до аудита."
    ),
    "greek": (
        "Ευχαριστώ που βρήκατε τον χρόνο. Κάθε μήνα ξοδεύουμε έξι μέρες για να ελέγξουμε τα τιμολόγια με το "
        "χέρι. Πέρυσι χάσαμε έναν μεγάλο πελάτη εξαιτίας αυτού. Θέλουμε να τελειώνουμε πριν από τον έλεγχο."
    ),
    "german": (
        "Schön, dass Sie Zeit haben. Wir prüfen die Rechnungen von Hand, sechs Tage im Monat, für drei Leute "
        "– das kostet 40 € die Stunde. Größere Kunden möchten’s schneller. „Natürlich“, sagt Jürgen Weiß. "
        "Das müssen wir ändern, bevor die Prüfer kommen, sonst verlieren wir noch einen Kunden."
    ),
    "french": (
        "Merci d’avoir pris le temps. Chaque mois, nous passons six jours à vérifier les factures à la main "
        "; c’est très coûteux. L’année dernière, nous avons déjà perdu un gros client à cause de ça. « Plus "
        "jamais », a dit notre directrice financière, Hélène Lefèvre. Où est-ce que ça bloque ?"
    ),
    "spanish": (
        "Gracias por su tiempo. ¿Cómo concilian las facturas hoy? Cada mes pasamos seis días revisándolas a "
        "mano; el año pasado perdimos un cliente grande por eso. La señora Muñoz quiere que desaparezca "
        "antes de la auditoría. ¡Nunca más!"
    ),
    "portuguese": (
        "Obrigado pelo seu tempo. Todos os meses gastamos seis dias a conferir faturas à mão; no ano passado "
        "perdemos um cliente grande por causa disso. A direção não quer mais isto antes da próxima "
        "auditoria, então estamos à procura de solução."
    ),
    "danish": (
        "Tak fordi I tog jer tid. Hver måned bruger vi seks dage på at gennemgå fakturaer i hånden, og "
        "sidste år mistede vi en stor kunde på grund af det. Vi må gøre noget før revisionen, siger Søren "
        "Ægidius."
    ),
    "polish": (
        "Dziękuję, że znalazł pan czas. Co miesiąc spędzamy sześć dni na ręcznym sprawdzaniu faktur, trzy "
        "osoby pracują w arkuszach. W zeszłym roku straciliśmy przez to dużego klienta. Chcielibyśmy pozbyć "
        "się tego przed audytem, źródło błędów jest znane."
    ),
    "czech": (
        "Děkuji, že jste si našli čas. Každý měsíc trávíme šest dní ruční kontrolou faktur, tři lidé pracují "
        "v tabulkách. Vloni jsme kvůli tomu přišli o velkého zákazníka. Chceme se toho zbavit před auditem, "
        "říká Řehoř Žižka."
    ),
    "hungarian": (
        "Köszönöm, hogy időt szánt ránk. Minden hónapban hat napot töltünk a számlák kézi ellenőrzésével, "
        "három ember ül a táblázatok fölött. Tavaly elveszítettünk emiatt egy nagy ügyfelet, ezért "
        "szeretnénk megszabadulni tőle."
    ),
    "turkish": (
        "Zaman ayırdığınız için teşekkürler. Her ay faturaları elle kontrol etmek için altı gün harcıyoruz, "
        "üç kişi tablolarda çalışıyor. Geçen yıl bu yüzden büyük bir müşteri kaybettik. Denetimden önce "
        "bundan kurtulmak istiyoruz, çünkü şu anda çok yavaş ilerliyor."
    ),
    "english": (
        "We lost it – “nobody knew” – and it’s 40 an hour now, since the team doesn’t match invoices by "
        "hand… They said we’d be done in six days. That’s what Renée told us, anyway, and I don’t think "
        "that’s wrong at all."
    ),
}
UNICODE = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"]
WESTERN = ["cp1252", "latin-1", "mac_roman", "cp850"]
LOCAL = {
    "japanese": ["cp932", "euc_jp", "iso2022_jp"],
    "chinese": ["gb18030"],
    "taiwanese": ["big5"],
    "korean": ["cp949"],
    "russian": ["cp1251", "koi8_r"],
    "greek": ["cp1253"],
    "polish": ["cp1250", "iso8859_2"],
    "czech": ["cp1250", "iso8859_2"],
    "hungarian": ["cp1250", "iso8859_2"],
    "turkish": ["cp1254"],
}
# Two encodings so near to each other that the reader says it is guessing.
DOUBTFUL = {("portuguese", "mac_roman"), ("hungarian", "cp1250"), ("hungarian", "iso8859_2")}
CASES = [(name, encoding) for name in SAID for encoding in [*UNICODE, *LOCAL.get(name, WESTERN)]]


@pytest.mark.parametrize(("name", "encoding"), CASES)
def test_words_survive_every_encoding_their_language_is_written_in(name: str, encoding: str) -> None:
    content = f"{SAID[name]}\n".encode(encoding, errors="ignore")  # not each has a euro sign
    text, warnings = decode(content)
    assert text == content.decode(encoding).removeprefix("\ufeff")
    assert bool(warnings) == ((name, encoding) in DOUBTFUL)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_a_short_transcript_is_read_whatever_its_encoding(encoding: str) -> None:
    text = "Jürgen Althaus: Wir haben’s für 40 € gekauft – naïve.\n\nAna Lopes: Warum?\n"
    document = read_document(text.encode(encoding), "x.txt")
    assert [(turn.speaker, document.words_of(turn)) for turn in document.turns] == [
        ("Jürgen Althaus", "Wir haben’s für 40 € gekauft – naïve."),
        ("Ana Lopes", "Warum?"),
    ]


def test_one_letter_beyond_ascii_is_read_as_western_and_far_down_it_counts_too() -> None:
    assert decode(b"We met Ren\xe9e on Monday.") == ("We met Renée on Monday.", ())
    far = b"We lost the account in March.\n" * 20_000
    assert decode(far + b"So said Ren\xe9e.\n")[0].endswith("So said Renée.\n")


@pytest.mark.parametrize("garbling", ["cp1252", "mac_roman"])
@pytest.mark.parametrize("name", ["german", "french", "english", "polish", "russian", "japanese"])
def test_text_that_an_export_garbled_throughout_is_put_right_and_said(name: str, garbling: str) -> None:
    text, warnings = decode(garbled(SAID[name], garbling).encode())
    assert text == SAID[name]
    assert warnings == ("Its letters were garbled by an earlier export (“Ã©” for “é”), and have been put right.",)


def garbled(text: str, encoding: str) -> str:
    """UTF-8 read byte by byte as another encoding; bytes that one lacks come as controls, as browsers do it."""
    unknown = (0x81, 0x8D, 0x8F, 0x90, 0x9D) if encoding == "cp1252" else ()
    return "".join(chr(byte) if byte in unknown else bytes([byte]).decode(encoding) for byte in text.encode())


def test_text_garbled_twice_is_put_right() -> None:
    twice = garbled(garbled("Jürgen prüft für Größe", "cp1252"), "cp1252")
    assert decode(twice.encode())[0] == "Jürgen prüft für Größe"


@pytest.mark.parametrize(
    "text",
    [
        'The export wrote "Ã©" once.',
        'Names like "MÃ¼ller" and "JosÃ©" break in it.',
        "I said Iâ€™m fine",
        "Where it says Ã©, Ã¼ and Ã¶ it means é, ü and ö",
        "SÃO PAULO, ÃO, ÃE – SÃO",
    ],
)
def test_text_that_speaks_of_garbled_letters_stays_as_it_is(text: str) -> None:
    assert decode(text.encode()) == (text, ())


def test_damage_is_shown_and_counted() -> None:
    content = "Jürgen prüft größere Mengen für uns".encode()
    text, warnings = decode(content.replace("ß".encode(), b"\xc3"))
    assert text == "Jürgen prüft grö\ufffdere Mengen für uns"
    assert warnings == ("1 bytes are not valid UTF-8 and are shown as \ufffd; the file may be damaged.",)


@pytest.mark.parametrize("content", [bytes(range(256)) * 20, b"\x00\x01\x02\x03" * 100, b"%PDF-1.4\n", b"PK\x03\x04"])
def test_what_is_no_text_gives_none(content: bytes) -> None:
    assert decode(content) == ("", ())


def test_every_line_end_is_a_line_feed() -> None:
    assert decode(b"a\r\nb\rc\nd\xe2\x80\xa8e\x0cf")[0] == "a\nb\nc\nd\ne\nf"


def test_a_text_too_long_to_be_read_says_so_before_it_is_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoding, "MAX_TEXT_BYTES", 1_000)
    with pytest.raises(TextTooLongError):
        decode(b"words " * 200)
    assert decode(b"\x00\x01\x02\x03" * 1_000) == ("", ())
