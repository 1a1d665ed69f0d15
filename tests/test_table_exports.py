"""Tables as each CRM and enrichment tool exports them: which company, whose deal, what of the person."""

from __future__ import annotations

from datetime import date

import pytest

from analyzer.errors import TableError
from analyzer.reading.tables.accounts import AccountTable, read_accounts
from analyzer.reading.tables.columns import columns_table
from analyzer.records import Account, Contact, Deal, Outcome

WON, LOST, OPEN = Outcome.WON, Outcome.LOST, Outcome.OPEN


def read(text: str, **mapping: str) -> AccountTable:
    return read_accounts(text.encode(), "export.csv", mapping)


def test_hubspot_deals_name_their_company_and_their_people() -> None:
    table = read(
        "Record ID,Deal Name,Deal Stage,Close Date,Amount,Create Date,Associated Company,Associated Contact\n"
        "1,Acme - New,Closed won,2025-03-04 12:00,12000,2025-01-02 09:30,Acme Foods;Beta,"
        "Ana Ruiz (ana@acme.example);Bo Lind (bo@acme.example)\n"
        "2,Bolt - R,Closed lost,2025-04-04 12:00,,2025-01-02 09:30,Bolt,Cy Poe (cy@bolt.example)\n"
    )
    assert table.deals == (
        Deal("Acme Foods", WON, 12_000, date(2025, 1, 2), date(2025, 3, 4), "Closed won", {"Deal Name": "Acme - New"}),
        Deal("Bolt", LOST, None, date(2025, 1, 2), date(2025, 4, 4), "Closed lost", {"Deal Name": "Bolt - R"}),
    )
    assert table.contacts == (
        Contact("Acme Foods", "Ana Ruiz", "", "ana@acme.example"),
        Contact("Acme Foods", "Bo Lind", "", "bo@acme.example"),
        Contact("Bolt", "Cy Poe", "", "cy@bolt.example"),
    )
    assert table.warnings == ("Row 2: more than one company is associated; the first was taken, not Beta.",)


def test_hubspot_contacts_make_accounts_of_their_companies_and_no_deals() -> None:
    table = read(
        "Record ID,First Name,Last Name,Email,Create Date,Lead Status,Associated Company,Job Title,Lifecycle Stage,"
        "Country/Region\n"
        "1,Ana,Ruiz,Ana@acme.example,2025-01-01,New,Acme Foods,COO,customer,Spain\n"
        "2,Bo,Lind,bo@acme.example,2025-01-01,New,,VP Ops,lead,Sweden\n"
        "3,Cy,Poe,cy@gmail.com,2025-01-01,New,,,lead,Spain\n"
        "4,Di,,di@new.example,,,,CFO,,\n"
    )
    assert [(a.name, a.domain, a.country) for a in table.accounts] == [
        ("Acme Foods", "", ""),
        ("new.example", "new.example", ""),
    ]
    assert [(c.account, c.name, c.title, c.email) for c in table.contacts] == [
        ("Acme Foods", "Ana Ruiz", "COO", "ana@acme.example"),
        ("Acme Foods", "Bo Lind", "VP Ops", "bo@acme.example"),
        ("new.example", "Di", "CFO", "di@new.example"),
    ]
    assert table.contacts[1].attributes["Country/Region"] == "Sweden"
    assert table.deals == ()
    assert table.warnings == ("Row 4: no company and no address at work; left out.",)


@pytest.mark.parametrize(
    ("header", "customer"),
    [
        ("Lifecycle Stage", "customer"), ("Status", "Active customer"), ("Account Status", "Customer - Gold"),
        ("Kundenstatus", "Bestandskunde"), ("Statut client", "Client"),
    ],
)  # fmt: skip
def test_being_a_customer_is_no_deal_and_is_said(header: str, customer: str) -> None:
    table = read(
        f"Company name,{header},Create Date,City\nAcme,{customer},2025-01-01,Oslo\nBolt,lead,2025-01-01,Oslo\n"
    )
    assert table.deals == ()
    assert [a.attributes[header] for a in table.accounts] == [customer, "lead"]
    (warning,) = table.warnings
    assert warning.startswith(
        f'"{header}" tells who is a customer (1), not how deals ended: it was kept as an attribute'
    )
    assert "says nothing about winning" in warning


def test_a_customer_who_left_is_a_deal_beside_others_who_stayed_and_are_none() -> None:
    table = read(
        "Company name,Lifecycle Stage,Create Date\nAcme,customer,2025-01-01\nBolt,former customer,2025-01-02\n"
        "Cee,lead,2025-01-02\n"
    )
    assert [(d.account, d.outcome, d.opened_on) for d in table.deals] == [("Bolt", Outcome.CHURNED, None)]
    assert [a.attributes["Lifecycle Stage"] for a in table.accounts] == ["customer", "former customer", "lead"]
    assert "only of the 1 who left again" in table.warnings[0]


@pytest.mark.parametrize(
    "text",
    [
        "Company,Status\nAcme,Customer\nBolt,Lost\n",
        "Company,Status\nAcme,Won\nBolt,Open\n",
        "Company,Status,Amount\nAcme,Customer,1200\nBolt,Lead,\n",
        "Company,Status,Close Date\nAcme,Customer,2025-01-02\nBolt,Lead,\n",
        "Company,Deal Name,Status\nAcme,A-1,Customer\nBolt,B-1,Lead\n",
        "Company,Status,Won\nAcme,Customer,yes\nBolt,Lead,no\n",
    ],
)
def test_a_status_beside_lost_deals_or_columns_of_deals_still_tells_of_deals(text: str) -> None:
    assert [(d.account, d.outcome) for d in read(text).deals][:1] == [("Acme", WON)]


def test_a_person_may_say_that_a_status_tells_of_deals() -> None:
    table = read("Company name,Lifecycle Stage\nAcme,customer\nBolt,lead\n", **{"Lifecycle Stage": "stage"})
    assert [(d.account, d.outcome) for d in table.deals] == [("Acme", WON)]


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("Abschlussdatum", "closed_on"), ("Enddatum Deal", "closed_on"), ("Deal-Abschlussdatum", "closed_on"),
        ("Gewonnen am", "won_on"), ("Geschlossen am", "closed_on"), ("Date de clôture", "closed_on"),
        ("Date de fermeture de la transaction", "closed_on"), ("Gagné le", "won_on"), ("Fecha de cierre", "closed_on"),
        ("Fecha de cierre del negocio", "closed_on"), ("Ganado el", "won_on"),
        ("Voraussichtliches Abschlussdatum", "closed_on"),
        ("Erstellungsdatum", "opened_on"), ("Créée le", "opened_on"), ("Creado el", "opened_on"),
    ],
)  # fmt: skip
def test_days_of_deals_are_known_by_german_french_and_spanish_headers(header: str, field: str) -> None:
    table = read(f"Firma;Phase;{header}\nAcme;Gewonnen;14.03.2026\n")
    assert table.mapped[header] == field
    (deal,) = table.deals
    assert date(2026, 3, 14) in (deal.closed_on, deal.opened_on)


def test_a_salesforce_report_says_by_its_flags_what_was_won() -> None:
    table = read(
        "Opportunity Owner,Account Name,Opportunity Name,Stage,Amount,Close Date,Created Date,Lead Source,Won,Closed\n"
        'Kim,Acme,A-1,Signed,"USD 12,000.00",3/14/2025,1/2/2025,Web,1,1\n'
        'Kim,Bolt,B-1,Value Proposition,"USD 9,000.00",3/4/2025,1/2/2025,Web,0,1\n'
        'Kim,Cee,C-1,Value Proposition,"USD 9,000.00",3/4/2025,1/2/2025,Web,0,0\n'
    )
    assert [(deal.account, deal.outcome, deal.amount) for deal in table.deals] == [
        ("Acme", WON, 12_000), ("Bolt", LOST, 9_000), ("Cee", OPEN, 9_000),
    ]  # fmt: skip
    assert table.deals[1].closed_on == date(2025, 3, 4)


def test_salesforces_data_loader_writes_names_of_its_interface() -> None:
    table = read(
        '"ID","ACCOUNT.NAME","ACCOUNT.NUMBEROFEMPLOYEES","ACCOUNT.ANNUALREVENUE","ACCOUNT.BILLINGCOUNTRY","NAME",'
        '"STAGENAME","AMOUNT","CLOSEDATE","CREATEDDATE","ISWON","ISCLOSED"\n'
        '"006","Acme","120","5.0E7","Norway","A-1","Signed","12000.0","2025-03-04","2025-01-02T10:00:00.000Z","true","true"\n'
        '"007","Bolt","","","Norway","B-1","Gone","","2025-03-04","2025-01-02T10:00:00.000Z","false","true"\n'
    )
    assert table.accounts[0] == Account("Acme", "", "", 120, 5e7, "Norway", (), {"ID": "006", "NAME": "A-1"})
    assert [(d.outcome, d.opened_on) for d in table.deals] == [(WON, date(2025, 1, 2)), (LOST, date(2025, 1, 2))]
    accounts = read("Id,Name,Type,NumberOfEmployees,BillingCountry,Stack__c\n1,Acme,Customer,12,Norway,SAP;Excel\n")
    assert [(a.name, a.employees, a.tools) for a in accounts.accounts] == [("Acme", 12, ("SAP", "Excel"))]


def test_the_name_of_an_opportunity_is_not_taken_for_the_accounts_unless_told() -> None:
    export = "Id,Name,StageName,Amount,AccountId\n1,Acme renewal,Closed Won,3,001\n"
    with pytest.raises(TableError, match='--map "Name=name"'):
        read(export)
    assert read(export, Name="name").accounts[0].name == "Acme renewal"


def test_pipedrive_deals_end_by_status_and_close_when_won_or_lost() -> None:
    table = read(
        "Deal - ID,Deal - Title,Deal - Value,Deal - Organization,Deal - Contact person,Deal - Stage,Deal - Status,"
        "Deal - Won time,Deal - Lost time,Deal - Deal created,Deal - Expected close date\n"
        "1,A,12000,Acme,Ana Ruiz,Negotiation,Won,2025-03-04 10:00:00,,2025-01-02 10:00:00,2025-09-09\n"
        "2,B,1,Bolt,Bo Lind,Demo,Lost,,2025-03-05 10:00:00,2025-01-02 10:00:00,\n"
        "3,C,1,Cee,,Demo,Open,,,2025-01-02 10:00:00,2025-09-09\n"
    )
    assert [(d.outcome, d.closed_on, d.stage) for d in table.deals] == [
        (WON, date(2025, 3, 4), "Negotiation"), (LOST, date(2025, 3, 5), "Demo"), (OPEN, date(2025, 9, 9), "Demo"),
    ]  # fmt: skip
    assert [c.name for c in table.contacts] == ["Ana Ruiz", "Bo Lind"]


def test_pipedrives_organizations_and_people() -> None:
    companies = read(
        "Organization - Name,Organization - Country of Address,Organization - Number of employees\nAcme,Norway,120\n"
    )
    assert [(a.name, a.country, a.employees) for a in companies.accounts] == [("Acme", "Norway", 120)]
    people = read(
        "Person - Name,Person - Email - Work,Person - Organization,Person - Job title\n"
        "Ana Ruiz,ana@acme.example,Acme,COO\n"
    )
    assert people.contacts == (Contact("Acme", "Ana Ruiz", "COO", "ana@acme.example"),)


def test_apollo_tells_the_companys_country_from_the_persons() -> None:
    table = read(
        "First Name,Last Name,Title,Company,Email,Stage,# Employees,Industry,Keywords,Person Linkedin Url,Website,"
        "City,Country,Company City,Company Country,Technologies,Annual Revenue\n"
        "Ana,Ruiz,COO,Acme Foods,ana@acme.example,Cold,120,food,fruit,http://www.linkedin.com/in/ana,"
        'http://www.acme.example,Madrid,Spain,Oslo,Norway,"SAP, Google Analytics",5000000\n'
    )
    assert table.accounts == (
        Account(
            "Acme Foods", "acme.example", "food", 120, 5e6, "Norway", ("SAP", "Google Analytics"),
            {"Keywords": "fruit", "city": "Oslo"},
        ),
    )  # fmt: skip
    linkedin = "http://www.linkedin.com/in/ana"
    assert table.contacts == (
        Contact(
            "Acme Foods", "Ana Ruiz", "COO", "ana@acme.example",
            {"Stage": "Cold", "Person Linkedin Url": linkedin, "City": "Madrid", "Country": "Spain"},
        ),
    )  # fmt: skip
    assert table.deals == ()


def test_crunchbase_gives_ranges_and_the_country_at_the_end_of_a_location() -> None:
    table = read(
        "Organization Name,Organization Name URL,Industries,Headquarters Location,Founded Date,Website,"
        "Number of Employees,Estimated Revenue Range\n"
        'Acme,https://www.crunchbase.com/organization/acme,"Software, Food","Leeds, England, United Kingdom",2011,'
        "https://acme.example,51-100,$1M to $10M\n"
        'Bolt,u,Food,"Austin, TX",2011,https://bolt.example,10001+,Less than $1M\n'
    )
    assert [(a.name, a.domain, a.employees, a.revenue, a.country) for a in table.accounts] == [
        ("Acme", "acme.example", 76, 5_500_000, "United Kingdom"),
        ("Bolt", "bolt.example", 10_001, 500_000, ""),
    ]
    assert table.accounts[1].attributes["Headquarters Location"] == "Austin, TX"


def test_builtwith_names_tools_in_columns_of_one_sort_and_in_one_column_a_tool() -> None:
    table = read(
        "Domain,Location on Site,Tech Spend USD,Sales Revenue USD,Employees,Company,Vertical,Tranco,Country,CMS,"
        "eCommerce,Salesforce,HubSpot\n"
        "acme.example,,$500,$1000000,120,Acme,Food,1,NO,WordPress,Shopify;Magento,x,\n"
        "bolt.example,,$500,,,Bolt,Food,1,NO,,,,x\n"
    )
    assert [(a.domain, a.revenue, a.tools) for a in table.accounts] == [
        ("acme.example", 1_000_000, ("WordPress", "Shopify", "Magento", "Salesforce")),
        ("bolt.example", None, ("HubSpot",)),
    ]
    assert table.accounts[0].attributes["CMS"] == "WordPress"
    assert "Salesforce" not in table.kept


def test_linkedin_connections_have_notes_over_the_header_and_no_domain() -> None:
    table = read(
        'Notes:\n"When exporting your connection data, some of the addresses may be missing."\n\n'
        "First Name,Last Name,URL,Email Address,Company,Position,Connected On\n"
        "Ana,Ruiz,https://www.linkedin.com/in/ana,,Acme,COO,04 Mar 2025\n"
    )
    assert table.accounts == (Account("Acme"),)
    assert [(c.name, c.title) for c in table.contacts] == [("Ana Ruiz", "COO")]


def test_sales_navigator_by_way_of_its_exporters() -> None:
    table = read(
        "profileUrl,fullName,firstName,lastName,companyName,title,industry,companyLocation,location\n"
        'https://x.example/in/a,Ana Ruiz,Ana,Ruiz,Acme,COO,Food,"Oslo, Norway",Madrid\n'
    )
    assert [(a.name, a.industry, a.country) for a in table.accounts] == [("Acme", "Food", "Norway")]
    assert [(c.name, c.title, c.attributes["location"]) for c in table.contacts] == [("Ana Ruiz", "COO", "Madrid")]


@pytest.mark.parametrize(
    ("export", "account"),
    [
        (
            "Name,Domain,Primary Industry,Size,Location,Country,LinkedIn URL\n"
            'Acme,acme.example,Food,51-200 employees,"Oslo, Norway",Norway,https://linkedin.com/company/a\n',
            ("Acme", "acme.example", "Food", 126, "Norway"),
        ),
        (
            "Entry ID,Parent Record,Parent Record > Domains,Categories,Employee range,Primary location > Country\n"
            '1,Acme,acme.example,"B2B, Food",51-250,Norway\n',
            ("Acme", "acme.example", "B2B, Food", 150, "Norway"),
        ),
        (
            "id,display_name,url,custom.Industry,status_label\nl1,Acme,https://acme.example,Food,Customer\n",
            ("Acme", "acme.example", "Food", None, ""),
        ),
        (
            "Record Id,Account Name,Website,Employees,Industry,Billing Country\nz,Acme,acme.example,12,Food,Norway\n",
            ("Acme", "acme.example", "Food", 12, "Norway"),
        ),
    ],
    ids=["clay", "attio", "close", "zoho"],
)
def test_companies_of_other_tools(export: str, account: tuple[object, ...]) -> None:
    (found,) = read(export).accounts
    assert (found.name, found.domain, found.industry, found.employees, found.country) == account


def test_closes_leads_are_companies_and_its_days_tell_the_outcome() -> None:
    table = read(
        "id,lead_name,status_label,status_type,value,value_formatted,date_created,date_won,date_lost,contact_name\n"
        'o1,Acme,Signed,won,120000,"$1,200",2025-01-02,2025-03-04,,Ana Ruiz\n'
        'o2,Bolt,Gone,lost,120000,"$1,200",2025-01-02,,2025-03-05,\n'
    )
    assert table.deals == (
        Deal("Acme", WON, 1200, date(2025, 1, 2), date(2025, 3, 4), "Signed", {"value": "120000"}),
        Deal("Bolt", LOST, 1200, date(2025, 1, 2), date(2025, 3, 5), "Gone", {"value": "120000"}),
    )


def test_name_is_a_persons_beside_a_job_title_or_an_address_made_of_it() -> None:
    person = read("Name,Email,Company,Job Title\nAna Ruiz,ana@acme.example,Acme,COO\n")
    assert person.contacts == (Contact("Acme", "Ana Ruiz", "COO", "ana@acme.example"),)
    bare = read("Name,Email\nAna Ruiz,ana.ruiz@acme.example\n")
    assert [(c.account, c.name) for c in bare.contacts] == [("acme.example", "Ana Ruiz")]
    company = read("Name,Email,Industry\nAcme,info@acme.example,Food\n")
    assert (company.accounts[0].name, company.contacts) == ("Acme", ())
    assert company.kept == ("Email",)


def test_accounts_that_tell_whom_to_call_keep_their_other_columns() -> None:
    table = read(
        "Company,Industry,Country,Contact Name,Contact Email,Contact Title,Territory\n"
        "Acme,Food,Norway,Ana Ruiz,ana@acme.example,COO,North\n"
    )
    assert table.accounts == (Account("Acme", "", "Food", None, None, "Norway", (), {"Territory": "North"}),)
    assert table.contacts == (Contact("Acme", "Ana Ruiz", "COO", "ana@acme.example"),)


def test_a_wrong_guess_is_corrected_by_hand() -> None:
    export = "Name,Email,Company,Job Title,Reference\nAna Ruiz,ana@acme.example,Acme,COO,Bo Lind\n"
    table = read(export, Name="attribute", Reference="contact_name")
    assert [(c.account, c.name) for c in table.contacts] == [("Acme", "Bo Lind")]
    tools = read("Company,Epicor,Zebra\nAcme,yes,no\nBolt,no,yes\n", Epicor="tools", Zebra="tools")
    assert [a.tools for a in tools.accounts] == [("Epicor",), ("Zebra",)]


def test_amounts_without_an_outcome_stay_attributes_and_that_is_said() -> None:
    table = read("Company,Amount,Close Date\nAcme,5,2025-03-04\n")
    assert table.accounts[0].attributes == {"Amount": "5", "Close Date": "2025-03-04"}
    assert "no deals were read" in table.warnings[0]


def test_stages_nobody_understands_are_named() -> None:
    table = read("Company,Deal Stage\n" + "".join(f"C{n},stage-{n % 2}\n" for n in range(6)))
    assert table.warnings == ("No deal is won, lost or churned: its stages are stage-0, stage-1.",)


def test_every_field_is_listed_with_its_headers() -> None:
    table = dict(columns_table())
    assert "account name" in table["name"]
    assert {"contact_first", "is_won", "closed_on"} <= table.keys()
    assert all(headers for headers in table.values())


def test_hubspot_names_a_company_with_its_domain_behind_it() -> None:
    content = b"""Record ID,Deal Name,Deal Stage,Amount,Close Date,Associated Company
1,Orla deal,Closed Won,15000,2026-01-20,Orla Foods (orla.example)
2,Brix deal,Closed Lost,500,2026-02-20,Brix (Nordic)
"""
    table = read_accounts(content, "deals.csv")
    assert [(account.name, account.domain) for account in table.accounts] == [
        ("Orla Foods", "orla.example"),
        ("Brix (Nordic)", ""),
    ]


def test_dynamics_calls_the_account_a_potential_customer() -> None:
    content = b"""(Do Not Modify) Lead,Topic,Potential Customer,Est. close date,Est. revenue,Actual Close Date,Status
g1,Orla deal,Orla Foods,1/31/2026,"$12,000.00",1/15/2026,Won
g2,Brix deal,Brix,3/31/2026,$500.00,,Open
"""
    table = read_accounts(content, "opportunities.csv")
    assert [(deal.account, deal.outcome.value, deal.amount, str(deal.closed_on)) for deal in table.deals] == [
        ("Orla Foods", "won", 12000, "2026-01-15"),
        ("Brix", "open", 500, "None"),
    ]


def test_attio_puts_record_before_the_columns_of_a_company() -> None:
    content = b"Record ID,Record,Record > Domains,Record > Employee range,Stage\n1,Orla Foods,orla.example,51-250,Won\n"
    (account,) = read_accounts(content, "list.csv").accounts
    assert (account.name, account.domain, account.employees) == ("Orla Foods", "orla.example", 150)
