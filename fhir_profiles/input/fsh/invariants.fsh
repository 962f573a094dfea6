// The canonical base stands literally in these expressions: it cannot be a parameter there.

Invariant: msc-bdp-1
Description: "An autologous product names the person it was collected from."
Severity: #error
Expression: "extension('https://hepar-cds.github.io/msc-liver/StructureDefinition/donor-relationship').value.coding.where(code = 'autologous').exists() implies collection.source.exists()"

Invariant: msc-adm-1
Description: "The intra-arterial route is given with a hepatic artery as the site."
Severity: #error
Expression: "dosage.route.coding.where(code = '58100008').exists() implies dosage.site.coding.where(code = '76015000' or code = '66559000').exists()"

Invariant: msc-adm-2
Description: "A completed administration has a route and a dose."
Severity: #error
Expression: "status = 'completed' implies (dosage.route.exists() and dosage.dose.exists())"

Invariant: msc-adm-3
Description: "Monitoring after a completed administration that ends within 4 hours of its start is asked about."
Severity: #warning
Expression: "status = 'completed' implies extension('https://hepar-cds.github.io/msc-liver/StructureDefinition/monitoring-period').value.all(start + 4 hours <= end)"

Invariant: msc-adm-4
Description: "An administration that was stopped or not done says why."
Severity: #error
Expression: "(status = 'stopped' or status = 'not-done') implies statusReason.exists()"

Invariant: msc-meld-1
Description: "A MELD score is between 6 and 40."
Severity: #error
Expression: "value.ofType(Quantity).value >= 6 and value.ofType(Quantity).value <= 40"

Invariant: msc-ae-1
Description: "An event of grade 3 or more is not mild."
Severity: #error
Expression: "extension('https://hepar-cds.github.io/msc-liver/StructureDefinition/ctcae-grade').value.coding.where(code = 'C41340' or code = 'C41337' or code = 'C48275').exists() implies severity.coding.where(code = 'mild').empty()"
