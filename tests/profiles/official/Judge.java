import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.FhirVersionEnum;
import ca.uhn.fhir.context.support.DefaultProfileValidationSupport;
import ca.uhn.fhir.context.support.IValidationSupport;
import ca.uhn.fhir.util.VersionUtil;
import ca.uhn.fhir.validation.FhirValidator;
import ca.uhn.fhir.validation.SingleValidationMessage;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.hl7.fhir.common.hapi.validation.support.CommonCodeSystemsTerminologyService;
import org.hl7.fhir.common.hapi.validation.support.InMemoryTerminologyServerValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.PrePopulatedValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.SnapshotGeneratingValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.UnknownCodeSystemWarningValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.ValidationSupportChain;
import org.hl7.fhir.common.hapi.validation.validator.FhirInstanceValidator;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.validation.instance.InstanceValidator;

/**
 * Asks the official validator about every file below a folder.
 *
 * <p>Judge DEFINITIONS SUBJECTS ANSWERS VERSION: VERSION is R4 or R5. Writes to the file ANSWERS one line for each message (subject, severity,
 * location, id of the message, words) and one for each subject that gave none, all parted by tabs. The first line names
 * the versions.
 */
public class Judge {
  public static void main(String[] folders) throws IOException {
    FhirContext fhir = FhirContext.forCached(FhirVersionEnum.valueOf(folders[3]));
    FhirValidator validator = fhir.newValidator();
    validator.registerValidatorModule(module(fhir, definitions(fhir, Path.of(folders[0]))));
    Path subjects = Path.of(folders[1]);
    try (PrintWriter answers = new PrintWriter(folders[2], "UTF-8")) {
      answers.println(VersionUtil.getVersion() + " (" + jarOf(InstanceValidator.class) + ")");
      for (Path file : jsonBelow(subjects)) {
        String name = subjects.relativize(file).toString();
        List<SingleValidationMessage> messages = validator.validateWithResult(Files.readString(file)).getMessages();
        if (messages.isEmpty()) {
          answers.println(name);
        }
        for (SingleValidationMessage each : messages) {
          answers.println(String.join("\t", name, each.getSeverity().getCode(), plain(each.getLocationString()),
              plain(each.getMessageId()), plain(each.getMessage())));
        }
      }
    }
  }

  private static PrePopulatedValidationSupport definitions(FhirContext fhir, Path folder) throws IOException {
    PrePopulatedValidationSupport own = new PrePopulatedValidationSupport(fhir);
    for (Path file : jsonBelow(folder)) {
      IBaseResource resource = fhir.newJsonParser().parseResource(Files.readString(file));
      switch (fhir.getResourceType(resource)) {
        case "StructureDefinition" -> own.addStructureDefinition(resource);
        case "CodeSystem" -> own.addCodeSystem(resource);
        case "ValueSet" -> own.addValueSet(resource);
        default -> { }
      }
    }
    return own;
  }

  private static FhirInstanceValidator module(FhirContext fhir, PrePopulatedValidationSupport own) {
    UnknownCodeSystemWarningValidationSupport unknown = new UnknownCodeSystemWarningValidationSupport(fhir);
    unknown.setNonExistentCodeSystemSeverity(IValidationSupport.IssueSeverity.WARNING);
    FhirInstanceValidator module = new FhirInstanceValidator(new ValidationSupportChain(
        own,
        new DefaultProfileValidationSupport(fhir),
        new CommonCodeSystemsTerminologyService(fhir),
        new InMemoryTerminologyServerValidationSupport(fhir),
        new SnapshotGeneratingValidationSupport(fhir),
        unknown));
    module.setAnyExtensionsAllowed(true);
    module.setErrorForUnknownProfiles(true);
    module.setAssumeValidRestReferences(true);
    return module;
  }

  private static List<Path> jsonBelow(Path folder) throws IOException {
    try (var files = Files.walk(folder)) {
      return files.filter(file -> file.toString().endsWith(".json")).sorted().toList();
    }
  }

  private static String jarOf(Class<?> type) {
    String file = Path.of(type.getProtectionDomain().getCodeSource().getLocation().getPath()).getFileName().toString();
    return file.replaceFirst("\\.jar$", "");
  }

  private static String plain(String text) {
    return text == null ? "" : text.replaceAll("\\s+", " ").strip();
  }
}
