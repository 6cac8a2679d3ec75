import { entryOfKeyword } from '../dicom/codec/dictionary.ts';

/**
 * What the Basic Application Level Confidentiality Profile does to an attribute (PS3.15 E.1.1): X removes, Z empties, D puts a dummy,
 * U replaces a UID. Where the standard offers several for the sake of the IOD (X/Z, X/D, Z/D, X/Z/D), the one stands here that every IOD
 * takes: empty for X/Z, a dummy for those with D.
 */
export type Action = 'X' | 'Z' | 'D' | 'U';

/** Which option keeps the value instead (PS3.15 E.3). `descriptor` and `label` values are kept only without a trace of identity. */
export type Keeper = 'dates' | 'patient' | 'device' | 'institution' | 'descriptor' | 'label' | 'content';

export interface Rule {
  readonly action: Action;
  readonly keeper?: Keeper;
}

/** PS3.15 table E.1-1 by action and keeper, and attributes of the same kind that came to the standard's IODs beside it. */
const TABLE: readonly (readonly [Action, Keeper | undefined, string])[] = [
  ['X', undefined, `ActualHumanPerformersSequence AddressTrial AdmissionID Arbitrary AuthorObserverSequence BranchOfService CameraOwnerName
    ClinicalTrialProtocolEthicsCommitteeApprovalNumber ClinicalTrialSeriesID ConfidentialityConstraintOnPatientDataDescription
    ConsultingPhysicianIdentificationSequence ContainerComponentID ContentCreatorIdentificationCodeSequence CountryOfResidence
    CurrentObserverTrial CurrentPatientLocation CustodialOrganizationSequence DataSetTrailingPadding DigitalSignaturesSequence
    DistributionAddress DistributionName EncryptedAttributesSequence GPSAltitude GPSAltitudeRef GPSAreaInformation GPSDestBearing
    GPSDestBearingRef GPSDestDistance GPSDestDistanceRef GPSDestLatitude GPSDestLatitudeRef GPSDestLongitude GPSDestLongitudeRef
    GPSDifferential GPSDOP GPSImgDirection GPSImgDirectionRef GPSLatitude GPSLatitudeRef GPSLongitude GPSLongitudeRef GPSMapDatum
    GPSMeasureMode GPSProcessingMethod GPSSatellites GPSSpeed GPSSpeedRef GPSStatus GPSTimeStamp GPSTrack GPSTrackRef GPSVersionID
    HumanPerformerName HumanPerformerOrganization IconImageSequence ImagePresentationComments InsurancePlanIdentification
    IntendedRecipientsOfResultsIdentificationSequence InterpretationApproverSequence InterpretationAuthor InterpretationIDIssuer
    InterpretationRecorder InterpretationTranscriber IssuerOfAdmissionID IssuerOfAdmissionIDSequence IssuerOfPatientID
    IssuerOfPatientIDQualifiersSequence IssuerOfAccessionNumberSequence IssuerOfServiceEpisodeID IssuerOfServiceEpisodeIDSequence MAC
    MedicalRecordLocator MilitaryRank ModifiedAttributesSequence ModifiedImageDescription ModifyingDeviceID NameOfPhysiciansReadingStudy
    NamesOfIntendedRecipientsOfResults OrderCallbackPhoneNumber OrderCallbackTelecomInformation OrderEnteredBy OrderEntererLocation
    OrderPlacerIdentifierSequence OrderFillerIdentifierSequence OriginalAttributesSequence OtherPatientIDs OtherPatientIDsSequence
    OtherPatientNames ParticipantSequence PatientAddress PatientBirthName PatientBirthTime PatientBirthDateInAlternativeCalendar
    PatientDeathDateInAlternativeCalendar PatientInstitutionResidence PatientInsurancePlanCodeSequence PatientMotherBirthName
    PatientPrimaryLanguageCodeSequence PatientPrimaryLanguageModifierCodeSequence PatientReligiousPreference PatientTelecomInformation
    PatientTelephoneNumbers PatientTransportArrangements PerformedLocation PerformedProcedureStepID PerformingPhysicianName
    PerformingPhysicianIdentificationSequence PersonAddress PersonTelecomInformation PersonTelephoneNumbers PhysicianApprovingInterpretation
    PhysiciansOfRecord PhysiciansOfRecordIdentificationSequence PhysiciansReadingStudyIdentificationSequence
    ReferencedDigitalSignatureSequence ReferencedPatientAliasSequence ReferencedPatientPhotoSequence ReferencedPatientSequence
    ReferencedSOPInstanceMACSequence ReferencedStudySequence ReferringPhysicianAddress ReferringPhysicianIdentificationSequence ReferringPhysicianTelephoneNumbers
    RegionOfResidence RequestedProcedureID RequestedProcedureLocation RequestingPhysician RequestingPhysicianIdentificationSequence
    RequestingService ResponsibleOrganization ResponsiblePerson ResponsiblePersonRole ResultsDistributionListSequence ResultsIDIssuer
    RetrieveAETitle RetrieveURL ScheduledHumanPerformersSequence ScheduledPatientInstitutionResidence ScheduledPerformingPhysicianName
    ScheduledPerformingPhysicianIdentificationSequence ScheduledProcedureStepID ServiceEpisodeID SlideIdentifier SpecimenAccessionNumber
    StudyIDIssuer TelephoneNumberTrial TextComments TextString TopicAuthor TopicKeywords TopicSubject TopicTitle VerbalSourceTrial
    VerbalSourceIdentifierCodeSequenceTrial EthnicGroupCodeSequence PatientBreedDescription BreedRegistrationSequence
    StorageMediaFileSetID SourceApplicationEntityTitle`],
  ['Z', undefined, `AccessionNumber BarcodeValue ClinicalTrialProtocolName ClinicalTrialTimePointID ConsultingPhysicianName
    DeviceAlternateIdentifier FillerOrderNumberImagingServiceRequest IssuerOfTheContainerIdentifierSequence
    IssuerOfTheSpecimenIdentifierSequence PatientBirthDate PlacerOrderNumberImagingServiceRequest
    ReferringPhysicianName ReviewerName ROIInterpreter RTAccessoryDeviceSlotID RTAccessoryHolderSlotID StudyID
    VerifyingObserverIdentificationCodeSequence OperatorsName`],
  ['D', undefined, `ClinicalTrialProtocolID ClinicalTrialSponsorName ClinicalTrialSubjectID ClinicalTrialSubjectReadingID ContainerIdentifier
    ContentCreatorName FlowIdentifier FlowIdentifierSequence GraphicAnnotationSequence OperatorIdentificationSequence
    PersonIdentificationCodeSequence PersonName SourceIdentifier SpecimenIdentifier TextValue VerifyingObserverName VerifyingObserverSequence
    VerifyingOrganization PatientName PatientID`],
  ['X', 'dates', `AdmittingDate AdmittingTime CurveDate CurveTime ExpectedCompletionDateTime GPSDateStamp InstanceCoercionDateTime
    LastMenstrualDate ObservationDateTrial ObservationTimeTrial OverlayDate OverlayTime PerformedProcedureStepEndDate
    PerformedProcedureStepEndDateTime PerformedProcedureStepEndTime PerformedProcedureStepStartDate PerformedProcedureStepStartDateTime
    PerformedProcedureStepStartTime ProcedureStepCancellationDateTime ScheduledProcedureStepEndDate ScheduledProcedureStepEndTime
    ScheduledProcedureStepExpirationDateTime ScheduledProcedureStepModificationDateTime ScheduledProcedureStepStartDate
    ScheduledProcedureStepStartDateTime ScheduledProcedureStepStartTime TimezoneOffsetFromUTC InstanceCreationDate InstanceCreationTime
    DateOfLastCalibration TimeOfLastCalibration DateOfLastDetectorCalibration TimeOfLastDetectorCalibration DateOfSecondaryCapture
    TimeOfSecondaryCapture DateOfManufacture DateOfInstallation AttributeModificationDateTime
    ScheduledStudyStartDate ScheduledStudyStartTime StudyVerifiedDate StudyVerifiedTime StudyReadDate StudyReadTime StudyArrivalDate
    StudyArrivalTime StudyCompletionDate StudyCompletionTime IssueDateOfImagingServiceRequest IssueTimeOfImagingServiceRequest
    RadiopharmaceuticalStartTime RadiopharmaceuticalStopTime RadiopharmaceuticalStartDateTime RadiopharmaceuticalStopDateTime`],
  ['Z', 'dates', `AcquisitionDate AcquisitionTime StructureSetDate StructureSetTime StudyDate StudyTime RTPlanDate RTPlanTime ReviewDate
    ReviewTime`],
  ['D', 'dates', `AcquisitionDateTime ContentDate ContentTime EndAcquisitionDateTime FirstTreatmentDate FrameOriginTimestamp
    ImpedanceMeasurementDateTime IntendedPhaseEndDate IntendedPhaseStartDate InterlockDateTime MostRecentTreatmentDate OverrideDateTime
    RecordedRTControlPointDateTime SeriesDate SeriesTime SourceEndDateTime SourceStartDateTime StartAcquisitionDateTime TreatmentDate
    TreatmentTime TreatmentToleranceViolationDateTime FrameAcquisitionDateTime FrameReferenceDateTime TreatmentControlPointDate
    TreatmentControlPointTime SourceStrengthReferenceDate SourceStrengthReferenceTime SafePositionExitDate SafePositionExitTime
    SafePositionReturnDate SafePositionReturnTime AssertionDateTime`],
  ['X', 'patient', 'EthnicGroup PatientAge PatientSize PatientWeight PregnancyStatus SmokingStatus PreMedication SpecialNeeds PatientState Allergies PatientBodyMassIndex MeasuredAPDimension MeasuredLateralDimension PatientSizeCodeSequence'],
  ['Z', 'patient', 'PatientSex PatientSexNeutered'],
  ['X', 'device', `CassetteID DeviceDescription GantryID GeneratorID LensMake LensModel LensSerialNumber LensSpecification
    PerformedStationAETitle PerformedStationGeographicLocationCodeSequence PerformedStationName PerformedStationNameCodeSequence PlateID
    ScheduledProcedureStepLocation ScheduledStationAETitle ScheduledStationGeographicLocationCodeSequence ScheduledStationName
    ScheduledStationNameCodeSequence ScheduledStudyLocation ScheduledStudyLocationAETitle SourceManufacturer
    TransducerIdentificationSequence UDISequence UniqueDeviceIdentifier XRayDetectorLabel`],
  ['Z', 'device', 'ManufacturerDeviceIdentifier SourceSerialNumber TreatmentMachineName'],
  ['D', 'device', 'DetectorID DeviceLabel DeviceSerialNumber StationName XRayDetectorID XRaySourceID'],
  ['U', 'device', 'DeviceUID ManufacturerDeviceClassUID'],
  ['X', 'institution', 'InstitutionAddress InstitutionalDepartmentName InstitutionalDepartmentTypeCodeSequence InstitutionCodeSequence'],
  ['Z', 'institution', 'ClinicalTrialCoordinatingCenterName ClinicalTrialSiteID ClinicalTrialSiteName'],
  ['D', 'institution', 'ClinicalTrialProtocolEthicsCommitteeName InstitutionName'],
  ['X', 'descriptor', `AcquisitionComments AcquisitionProtocolDescription AdditionalPatientHistory AdmittingDiagnosesCodeSequence
    AdmittingDiagnosesDescription BeamDescription BolusDescription ClinicalTrialSeriesDescription ClinicalTrialTimePointDescription
    CommentsOnRadiationDose CommentsOnThePerformedProcedureStep CompensatorDescription ContainerDescription ContributionDescription
    DecompositionDescription DerivationDescription DeviceSettingDescription DischargeDiagnosisDescription DoseReferenceDescription
    EntityDescription EntityName EquipmentFrameOfReferenceDescription FixationDeviceDescription FractionGroupDescription FrameComments
    IdentifyingComments ImageComments ImagingServiceRequestComments Impressions InterpretationDiagnosisDescription InterpretationText
    LongDeviceDescription MakerNote MedicalAlerts MultienergyAcquisitionDescription Occupation PatientComments
    PerformedProcedureStepDescription PrescriptionDescription PriorTreatmentDoseDescription ReasonForOmissionDescription
    ReasonForRequestedProcedureCodeSequence ReasonForStudy ReasonForTheImagingServiceRequest ReasonForTheRequestedProcedure ReasonForVisit
    ReasonForVisitCodeSequence RequestAttributesSequence RequestedContrastAgent RequestedProcedureComments RequestedSeriesDescription
    RespiratoryMotionCompensationTechniqueDescription ResultsComments ROIDescription ROIGenerationDescription ROIObservationDescription
    RTPlanDescription ScheduledProcedureStepDescription SeriesDescription ServiceEpisodeDescription SetupTechniqueDescription
    ShieldingDeviceDescription SpecimenDetailedDescription SpecimenShortDescription StructureSetDescription StudyComments StudyDescription
    TreatmentStatusComment VisitComments DoseComment RTImageDescription ApplicationSetupName SegmentDescription
    RequestedProcedureCodeSequence ProcedureCodeSequence PerformedProtocolCodeSequence ReasonForPerformedProcedureCodeSequence
    OverrideReason ProtocolContextSequence`],
  ['Z', 'descriptor', `ContentDescription ConceptualVolumeCombinationDescription ConceptualVolumeDescription FractionationNotes LabelText PrescriptionNotes
    PrescriptionNotesSequence RadiationGenerationModeDescription ReasonForSuperseding RequestedProcedureDescription
    RTPhysicianIntentNarrative TreatmentTechniqueNotes`],
  ['D', 'descriptor', `AcquisitionDeviceProcessingDescription AcquisitionFieldOfViewLabel ContrastBolusAgent InterlockDescription
    InterlockOriginDescription ProtocolName RadiationDoseIdentificationLabel RadiationDoseInVivoMeasurementLabel
    RadiationGenerationModeLabel RTToleranceSetLabel TreatmentPositionGroupLabel TreatmentSite TreatmentToleranceViolationDescription
    UserContentLabel UserContentLongLabel`],
  ['X', 'label', 'StructureSetName RTPlanName ROIObservationLabel FixationDeviceLabel'],
  ['D', 'label', `ROIName BeamName StructureSetLabel RTPlanLabel RTImageLabel RTImageName RTPrescriptionLabel RTTreatmentApproachLabel EntityLabel
    EntityLongLabel SegmentLabel ContentLabel TrackingID`],
  ['Z', 'content', 'AcquisitionContextSequence SpecimenPreparationSequence'],
  ['D', 'content', 'ContentSequence'],
]; // biome-ignore format: a table

const RULES = new Map<number, Rule>();
for (const [action, keeper, keywords] of TABLE)
  for (const keyword of keywords.split(/\s+/)) RULES.set(entryOfKeyword(keyword).tag, { action, keeper });

/** The rule of a public attribute; undefined when the table has none. */
export const ruleOf = (tag: number): Rule | undefined => RULES.get(tag);
