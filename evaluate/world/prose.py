"""What people write in words: who they are, where they live, when they were born, and how to write to them."""

from collections.abc import Iterator
from random import Random

from evaluate.samples import Sample
from evaluate.world.filling import filled, seeded, shaped

PEOPLE = (
    "Marta Kowalczyk",
    "Jürgen Weidmann",
    "Aisha Bello",
    "Tomás Echeverría",
    "Chloé Perrin",
    "Giulia Ferrante",
    "Sanne van Dijk",
    "Inês Carvalho",
    "Oluwaseun Adeyemi",
    "Hiroko Tanabe",
    "Rajesh Iyer",
    "Fatima Zahra Alaoui",
    "Dmitri Sokolov",
    "Eleni Papadaki",
    "Zeynep Aydın",
    "Nguyen Thi Lan",
    "Siobhán O'Rourke",
    "Håkon Lien",
    "Ludmila Horáková",
    "Priya Raghunathan",
    "Samuel Okafor",
    "Beatrix Szabó",
    "Ana-Maria Ionescu",
    "John Whitfield",
    "Mary Jo Kettering",
    "Kwame Mensah",
    "Noor Haddad",
    "Pierre-Yves Lemaitre",
    "Lucía Ferreyra",
    "Matteo D'Angelo",
)
"""Made-up people of many places."""

INTRODUCTIONS = (
    "Hi, my name is {name} and I have a question.",
    "I'm {name}, nice to meet you.",
    "This is {name} speaking.",
    "Dear {name},\n\nthank you for your letter.",
    "See you soon.\n\nBest regards,\n{name}",
    "Ich heiße {name} und wohne in Köln.",
    "Mein Name ist {name}.",
    "Mit freundlichen Grüßen\n{name}",
    "Sehr geehrte Frau {name},\nvielen Dank.",
    "Je m'appelle {name}.",
    "Cordialement,\n{name}",
    "Bonjour, je suis {name}, votre voisine.",
    "Me llamo {name}.",
    "Mi nombre es {name}.",
    "Un saludo,\n{name}",
    "Mi chiamo {name}.",
    "Cordiali saluti\n{name}",
    "Ik heet {name}.",
    "Mijn naam is {name}.",
    "Met vriendelijke groet,\n{name}",
    "Chamo-me {name}.",
    "Meu nome é {name}.",
    "Atenciosamente,\n{name}",
    "Name: {name}",
    "Mr. {name} called.",
    "Yours sincerely\n{name}",
)
"""Introductions, salutations and signatures: where a name can be told without a model."""

NO_NAMES = (
    "My name is not important here.",
    "Dear Sir or Madam,\nI write to you.",
    "Best regards,\nThe Support Team",
    "I'm Happy to help!",
    "This is Python.",
    "Dear Customer,\nwe moved.",
    "Ich heiße Sie willkommen.",
    "Dear Hiring Manager,",
    "Name: required",
    "Je suis Désolé.",
    "My name is a secret.",
    "The name is Bond Street.",
    "Kind regards",
    "I am Legend is a film.",
    "Thanks,\nEveryone",
    "Me llamo la atención.",
    "Name: string\nAge: int",
)
"""What begins like a name and is none."""


def names() -> Iterator[Sample]:
    """Names in introductions, salutations and signatures; and their look-alikes."""
    random = seeded("names")
    for sentence in INTRODUCTIONS:
        for person in random.sample(PEOPLE, 4):
            yield filled(
                sentence, f"name {sentence.partition('{')[0].strip()[-24:]!r}", name=("personal.name", person)
            )
    for text in NO_NAMES:
        yield Sample(text=text, origin="no name")


_TOWNS = {
    "de": ("Köln", "Wien", "Zürich", "Freiburg im Breisgau", "Potsdam"),
    "en": ("Springfield", "Leeds", "Portland", "Bristol", "Melbourne"),
    "fr": ("Lyon", "Rennes", "Genève", "Saint-Étienne", "Lille"),
    "es": ("Madrid", "Sevilla", "Zaragoza", "Rosario", "Valparaíso"),
    "it": ("Torino", "Napoli", "Bergamo", "Reggio Emilia", "Lecce"),
    "nl": ("Utrecht", "Groningen", "Gent", "Den Haag", "Breda"),
    "pt": ("Lisboa", "Porto", "Campinas", "Belo Horizonte", "Coimbra"),
}
_CARRIERS = {
    "de": ("Ich wohne in der {address}.", "Anschrift: {address}", "Bitte an {address} schicken."),
    "en": ("I live at {address}.", "Ship it to {address} please.", "Address: {address}"),
    "fr": ("J'habite au {address}.", "Adresse : {address}", "Livrez au {address} s'il vous plaît."),
    "es": ("Vivo en {address}.", "Dirección: {address}", "Envíelo a {address}."),
    "it": ("Abito in {address}.", "Indirizzo: {address}", "Spedire a {address}."),
    "nl": ("Ik woon op {address}.", "Adres: {address}", "Stuur het naar {address}."),
    "pt": ("Moro na {address}.", "Morada: {address}", "Endereço: {address}"),
}


def addresses() -> Iterator[Sample]:
    """Streets with numbers, with and without a town, in seven languages' ways; and their look-alikes."""
    random = seeded("addresses")
    for language, carriers in _CARRIERS.items():
        for turn in range(18):
            street, town = _street(random, language), _town(random, language)
            address = ("personal.address", street if turn % 3 == 0 else f"{street}, {town}")
            yield filled(random.choice(carriers), f"address {language}", address=address)
    for text in NO_ADDRESSES:
        yield Sample(text=text, origin="no address")


NO_ADDRESSES = (
    "Wall Street fell by 3 percent.",
    "He came 2nd in the street race of 2019.",
    "Via e-mail 3 times a day.",
    "Der Platz 1 in der Tabelle ging an Köln.",
    "Sesame Street, season 12, is out.",
    "5 roads lead to Rome.",
    "Rue the day!",
    "In 1990 way too many moved.",
    "La calle estaba vacía a las 3.",
    "Plaza sitiada, 1936.",
    "Corso di lingua 101",
    "De straat had 12 bomen.",
    "Route 66 is long.",
    "There are 10 courts and 4 drives.",
    "Avenue of 300 trees",
    "Lane 4 was the fastest.",
    "Use drive 2 of 4.",
    "A rua tem 3 casas.",
    "Chapter 5 Street art",
    "Die Straße ist 12 km lang.",
    "The 405 freeway was closed.",
    "Square 9 is 81.",
    "2 St. Bernards ran by.",
)
"""Streets that are nobody's address."""


_STREETS: dict[str, tuple[str, str, str, str]] = {
    "de": (
        "{name}{kind} {number}{rest}",
        "straße weg gasse platz allee str.",
        "Linden Bahnhof Schiller Garten Mühlen Kirch Ahorn Goethe Berg Rosen",
        "|||a| b",
    ),
    "en": (
        "{number} {name} {kind}{rest}",
        "Street Avenue Road Lane Drive Blvd St Court",
        "Maple Oak High Church Station Victoria Washington Cedar Mill Park",
        "|||, Apt 4B| Suite 12",
    ),
    "fr": (
        "{number}{rest} {kind} {name}",
        "rue avenue boulevard place impasse chemin",
        "de_la_République Victor_Hugo des_Lilas du_Moulin Jean_Jaurès de_l'Église des_Écoles",
        "|| bis|,",
    ),
    "es": (
        "{kind} {name}{rest} {number}",
        "Calle Avenida C/ Plaza Paseo Avda.",
        "de_Alcalá Mayor de_la_Constitución San_Martín Colón del_Sol Miguel_de_Cervantes",
        ",| nº|",
    ),
    "it": (
        "{kind} {name}{rest} {number}",
        "Via Corso Viale Piazza",
        "Garibaldi Roma Giuseppe_Verdi Dante_Alighieri della_Libertà San_Francesco Mazzini",
        ",|",
    ),
    "nl": (
        "{name}{kind} {number}{rest}",
        "straat laan weg plein gracht kade",
        "Kerk Dorps Molen Wilhelmina Beatrix School Linden Prinsen Nieuwe",
        "||a|-2",
    ),
    "pt": (
        "{kind} {name}, {number}{rest}",
        "Rua Avenida Travessa Praça Av. R.",
        "da_Liberdade das_Flores Augusta do_Comércio 25_de_Abril Almirante_Reis São_Bento",
        "||, 2.º Esq.| - apto 31",
    ),
}
"""By language: how a street is written, its kinds, names, and what may follow."""

_PLACES = {
    "en": ("{town}, OR #####", "{town} LS1 4AP", "{town} VIC 3###"),
    "nl": ("1### AB {town}",),
    "pt": ("4###-### {town}", "{town} - SP, 0####-000"),
}
"""Codes of towns where they are other than five digits before the name."""


def _street(random: Random, language: str) -> str:
    form, kinds, names, rests = _STREETS[language]
    name, kind = random.choice(names.split()).replace("_", " "), random.choice(kinds.split())
    return form.format(name=name, kind=kind, number=random.randint(1, 240), rest=random.choice(rests.split("|")))


def _town(random: Random, language: str) -> str:
    shape = random.choice(_PLACES.get(language, ("7#### {town}",)))
    return shaped(random, shape, capitals=False).format(town=random.choice(_TOWNS[language]))


BIRTHS = (
    (
        "en",
        "I was born on {date}.",
        ("March 3, 1984", "3 March 1984", "03/14/1984", "1984-03-14", "3rd of March 1984"),
    ),
    ("en", "Date of birth: {date}", ("14/03/1984", "1984-03-14", "14 Mar 1984", "03-14-84")),
    ("en", "DOB {date}", ("14.03.1984", "3/14/84")),
    ("de", "Ich bin am {date} geboren.", ("14.03.1984", "14. März 1984", "3.4.1984")),
    ("de", "Geburtsdatum: {date}", ("14.03.1984", "1984-03-14")),
    ("fr", "Je suis née le {date}.", ("14 mars 1984", "14/03/1984", "1er avril 1984")),
    ("fr", "Date de naissance : {date}", ("14/03/1984", "14 mars 1984")),
    ("es", "Nací el {date}.", ("14 de marzo de 1984", "14/03/1984")),
    ("es", "Fecha de nacimiento: {date}", ("14/03/1984", "14-03-1984")),
    ("it", "Sono nata il {date}.", ("14 marzo 1984", "14/03/1984")),
    ("it", "Data di nascita: {date}", ("14.03.1984",)),
    ("nl", "Ik ben geboren op {date}.", ("14 maart 1984", "14-03-1984")),
    ("nl", "Geboortedatum: {date}", ("14-03-1984",)),
    ("pt", "Nasci em {date}.", ("14 de março de 1984", "14/03/1984")),
    ("pt", "Data de nascimento: {date}", ("14/03/1984",)),
    ("pl", "Data urodzenia: {date}", ("14.03.1984", "14 marca 1984")),
    ("ru", "Дата рождения: {date}", ("14.03.1984", "14 марта 1984")),
    ("tr", "Doğum tarihi: {date}", ("14.03.1984",)),
    ("ja", "生年月日: {date}", ("1984年3月14日", "1984/03/14")),
    ("zh", "出生日期:{date}", ("1984年3月14日", "1984-03-14")),
)
"""Language, a sentence, and the ways to write the day."""

NO_BIRTHS = (
    "The meeting is on 14/03/2024.",
    "Released 2019-05-02.",
    "She has worked here since 3 March 1984.",
    "Mozart was born in Salzburg.",
    "Am 14.03.2024 ist Abgabe.",
    "Le 14 mars 2024, il pleuvait.",
    "born to run, 1975",
    "A star is born, 5 October 2018",
    "Die Idee war geboren; am 3.4.2021 ging es los.",
)
"""Days on which nobody was born."""


def births() -> Iterator[Sample]:
    """Dates of birth in many languages, and dates that are none."""
    for language, sentence, dates in BIRTHS:
        for date in dates:
            yield filled(sentence, f"birth {language}", date=("personal.birth_date", date))
    for text in NO_BIRTHS:
        yield Sample(text=text, origin="no birth")


MAILS = (
    "ann@example.org",
    "a.b-c_d+tag@sub.mail.example.co.uk",
    "1234567@qq.com",
    "o'brien@example.ie",
    "x@y.io",
    "jürgen@müller-bäckerei.de",
    "info@例え.jp",
    "почта@пример.рф",
    "first.last@company.technology",
    "A_B@EXAMPLE.COM",
    "user%example.com@example.org",
    "very.long.local.part.with.many.dots@a-very-long-domain-name.example.museum",
    '"quoted name"@example.com',
    "me@xn--mller-kva.example",
    "someone@163.com",
    "a!b#c$d@example.net",
)
"""Addresses by the standard's rules."""

NO_MAILS = (
    "Use @property above it.",
    "npm i @scope/package@1.2.3",
    "Meet @ 5pm",
    "a@b is no address",
    "x = y@z.T",
    "git@{branch} is a reference",
    "foo@bar",
    "[email protected]",
    "@@ -1,3 +1,4 @@",
    "price: 3@2.50",
)
"""Where an @ is something else."""

_PROFILES = (
    "github.com/{h}",
    "twitter.com/{h}",
    "x.com/{h}",
    "www.linkedin.com/in/{h}",
    "instagram.com/{h}/",
    "www.facebook.com/{h}",
    "t.me/{h}",
    "www.reddit.com/user/{h}",
    "www.tiktok.com/@{h}",
    "mastodon.social/@{h}",
    "www.youtube.com/@{h}",
    "keybase.io/{h}",
)
_MENTIONS = (
    "My Twitter handle is {h}.",
    "Follow me on Instagram: {h}",
    "Discord: {h}",
    "telegram {h}",
    "insta: {h}",
    "Folgt mir auf Mastodon: {h}",
    "Mon Insta : {h}",
    "Mi usuario de Twitter es {h}",
)
_HANDLES = ("marta_k84", "jweidmann", "aisha.bello", "t0mas_e", "chloeperrin", "dr-sokolov", "zeynepaydin1")


def contacts() -> Iterator[Sample]:
    """E-mail addresses, profiles and handles; and other uses of @."""
    random = seeded("contacts")
    for mail in MAILS:
        for text in ("Write to {mail}.", "<{mail}>", "mail:{mail}, please", "{mail}"):
            yield filled(text, f"mail {mail}", mail=("personal.email", mail))
    for text in NO_MAILS:
        yield Sample(text=text, origin="no mail")
    for profile in _PROFILES:
        link = "https://" + profile.replace("{h}", random.choice(_HANDLES))
        yield filled("This is me: {link}", f"profile {profile}", link=("personal.handle", link))
    for mention in _MENTIONS:
        for handle in random.sample(_HANDLES, 2):
            yield filled(mention, f"handle {mention!r}", h=("personal.handle", "@" + handle))
